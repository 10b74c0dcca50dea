/**
 * From an answer of Yunzmall's lists to what it says: one table (docs/platforms/yunzmall.md, "Messages").
 *
 * Quirks: `result` 1 is success and 0 is failure; `msg` is free text ("list" on success) and decides
 * nothing; on failure `data` is an empty array where it is an object otherwise.
 */
import { z } from "zod";
import { readMessage, type Message } from "./message.ts";

export type ListAnswer =
  | {
      readonly kind: "page";
      readonly messages: readonly Message[];
      /** Rows that are no message: counted, so that a list with one can still be read to the end. */
      readonly unreadable: number;
      readonly hasNext: boolean;
      /** How many messages the whole list had at that moment; null where the platform does not say. */
      readonly total: number | null;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "unreadable" };

const flag = z.union([z.number(), z.string()]).transform(String);
const refusal = z.object({ result: flag.refine((result) => result === "0") });
const page = z.object({
  result: flag.refine((result) => result === "1"),
  data: z.object({
    data: z.array(z.unknown()),
    next_page_url: z.string().nullish(),
    total: z.coerce.number().int().nonnegative().nullish().catch(null),
  }),
});

export function classifyList(body: unknown): ListAnswer {
  const parsed = page.safeParse(body);
  if (!parsed.success) return { kind: refusal.safeParse(body).success ? "refused" : "unreadable" };
  const { data: rows, next_page_url: next, total } = parsed.data.data;
  const messages = rows.map(readMessage).filter((message) => message !== null);
  return {
    kind: "page",
    messages,
    unreadable: rows.length - messages.length,
    hasNext: next != null && next !== "",
    total: total ?? null,
  };
}
