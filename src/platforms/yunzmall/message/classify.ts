/**
 * Classifies an answer of Yunzmall's lists: one table (docs/platforms/yunzmall.md, "Messages").
 *
 * Quirks: `result` 1 is success and 0 is failure; `msg` is free text ("list" on success) and decides
 * nothing; on failure `data` is an empty array where it is an object otherwise.
 */
import { z } from "zod";
import type { Message } from "../../messages.ts";
import { readMessage } from "./message.ts";

export type ListAnswer =
  | {
      readonly kind: "page";
      readonly messages: readonly Message[];
      /**
       * How many rows are no message. They are counted, so that a list with such a row can still be read to the
       * end.
       */
      readonly unreadable: number;
      readonly hasNext: boolean;
      /** How many messages the whole list had at that time; null where the platform does not say. */
      readonly total: number | null;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "unreadable" };

const flag = z.union([z.number(), z.string(), z.boolean()]).transform((value) => String(value).toLowerCase());
const refusal = z.object({ result: flag.refine((result) => result === "0" || result === "false") });
/** PHP writes a list with gaps as an object with the indexes as names. */
const rows = z.union([
  z.array(z.unknown()),
  z.record(z.string().regex(/^\d+$/), z.unknown()).transform((byPlace) => Object.values(byPlace)),
]);
const count = z.coerce.number().int().nonnegative().nullish().catch(null);
const page = z.object({
  result: flag.refine((result) => result === "1" || result === "true"),
  data: z.object({
    data: rows,
    next_page_url: z.union([z.string(), z.literal(false)]).nullish(),
    current_page: count,
    last_page: count,
    total: count,
  }),
});

export function classifyList(body: unknown): ListAnswer {
  const parsed = page.safeParse(body);
  if (!parsed.success) return { kind: refusal.safeParse(body).success ? "refused" : "unreadable" };
  const {
    data: shown,
    next_page_url: next,
    current_page: current,
    last_page: last,
    total,
  } = parsed.data.data;
  // Some installations leave out the URLs of pages and give page numbers.
  const isCounted = next === undefined && current != null && last != null;
  const messages = shown.map(readMessage).filter((message) => message !== null);
  return {
    kind: "page",
    messages,
    unreadable: shown.length - messages.length,
    hasNext: isCounted ? current < last : next != null && next !== "" && next !== false,
    total: total ?? null,
  };
}
