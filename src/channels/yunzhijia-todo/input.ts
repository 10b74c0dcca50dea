/**
 * Payloads of Yunzhijia todos, in the document's own fields (document 000, sections 1.3 and 1.4; newer
 * options from PLATFORMS, "Yunzhijia: todo"). Unknown fields pass through.
 */
import { z } from "zod";
import { EVERYBODY } from "../../delivery/ledger.ts";

/** The platform takes at most this many recipients in one call (PLATFORMS: error code 203). */
export const MOST_RECIPIENTS = 100;

const text = z.string().min(1, "expected a text that is not empty");
const flag = z.literal([0, 1], { error: "expected 0 or 1" });
const url = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "expected a URL");

const recipient = z.looseObject({
  openId: text,
  status: z.looseObject({ DO: flag.optional(), READ: flag.optional() }).optional(),
  url: url.optional(),
  content: z.string().optional(),
});

export const createInput = z.looseObject({
  url,
  sourceId: text,
  title: text,
  headImg: url,
  appId: text,
  params: z
    .array(recipient)
    .min(1, "expected at least one recipient")
    .max(
      MOST_RECIPIENTS,
      `expected at most ${MOST_RECIPIENTS} recipients: the platform takes no more in one call`,
    )
    .refine((params) => new Set(params.map(({ openId }) => openId)).size === params.length, {
      error: "expected each openId once",
    }),
  content: z.string().optional(),
  itemtitle: z.string().optional(),
  senderId: z.string().optional(),
  sync: z.boolean().optional(),
  todoType: z.union([z.string(), z.number()]).optional(),
  tagId: z.union([z.string(), z.number()]).optional(),
  passUrl: z.union([z.string(), z.boolean()]).optional(),
});

export const updateInput = z.looseObject({
  sourcetype: text,
  sourceitemid: text,
  actiontype: z
    .looseObject({ deal: flag.optional(), read: flag.optional(), delete: flag.optional() })
    .refine((action) => [action.deal, action.read, action.delete].some((value) => value !== undefined), {
      error: "expected at least one of deal, read and delete",
    }),
  // Without openids the platform changes everybody under the sourceitemid: nobody may mean that with an
  // `undefined` in its place. An empty list is the platform's error.
  openids: z
    .array(text)
    .min(1, "expected at least one openId, or no openids at all for everybody")
    .max(
      MOST_RECIPIENTS,
      `expected at most ${MOST_RECIPIENTS} recipients: the platform takes no more in one call`,
    )
    .refine((openids) => new Set(openids).size === openids.length, { error: "expected each openId once" })
    .exactOptional(),
  sync: z.boolean().optional(),
});

export type CreateInput = z.infer<typeof createInput>;
export type UpdateInput = z.infer<typeof updateInput>;
export type TodoInput = CreateInput | UpdateInput;

export function isCreate(input: TodoInput): input is CreateInput {
  return "sourceId" in input;
}

/** The entity that both operations and the check's budget speak of. */
export function todoOf(input: TodoInput): { appId: string; sourceId: string } {
  return isCreate(input)
    ? { appId: input.appId, sourceId: input.sourceId }
    : { appId: input.sourcetype, sourceId: input.sourceitemid };
}

export function recipientsOf(input: TodoInput): readonly string[] {
  return isCreate(input) ? input.params.map(({ openId }) => openId) : (input.openids ?? [EVERYBODY]);
}
