/**
 * Payloads of Yunzhijia todos, in the document's own fields (document 000, sections 1.3 and 1.4; newer
 * options from docs/platforms/yunzhijia.md, "Todos"). Unknown fields pass through.
 *
 * In an optional field `null` counts as absent, and is not sent.
 */
import { z } from "zod";
import { EVERYBODY } from "../../../delivery/ledger.ts";
import { undefinedForNull } from "../../passes-unchanged.ts";

/** The platform takes at most this many recipients in one call (docs/platforms/yunzhijia.md: error code 203). */
export const MOST_RECIPIENTS = 100;

const text = z.string().min(1, "expected a text that is not empty");
const flag = z.literal([0, 1], { error: "expected 0 or 1" });
const url = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "expected a URL");
const TOO_MANY = `expected at most ${MOST_RECIPIENTS} recipients: the platform takes no more in one call`;

/** A field that the platform's document lets be left out. */
function optional<T>(field: z.ZodType<T>) {
  return field.nullish().transform(undefinedForNull<T>);
}

const recipient = z.looseObject({
  openId: text,
  status: optional(z.looseObject({ DO: optional(flag), READ: optional(flag) })),
  url: optional(url),
  content: optional(z.string()),
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
    .max(MOST_RECIPIENTS, TOO_MANY)
    .refine((params) => areDistinct(params.map(({ openId }) => openId)), {
      error: "expected each openId once",
    }),
  content: optional(z.string()),
  itemtitle: optional(z.string()),
  senderId: optional(z.string()),
  sync: optional(z.boolean()),
  todoType: optional(z.union([z.string(), z.number()])),
  tagId: optional(z.union([z.string(), z.number()])),
  passUrl: optional(z.union([z.string(), z.boolean()])),
});

// The document's example has a list, its table says a text. Without openids the platform changes the todos of
// everybody under the sourceitemid; it refuses an empty list.
const NOBODY = "expected at least one openId, or no openids at all for everybody";
const openids = z
  .union([z.array(text), z.string()], { error: "expected a list of openIds, or a text with one or several" })
  .superRefine((given, { addIssue }) => {
    // A text of the largest payload holds a hundred thousand: it is split no further than is needed.
    const ids = typeof given === "string" ? openIdsInText(given, MOST_RECIPIENTS + 1) : given;
    if (ids.length === 0) addIssue(NOBODY);
    else if (ids.length > MOST_RECIPIENTS) addIssue(TOO_MANY);
    else if (!areDistinct(ids)) addIssue("expected each openId once");
  });

export const updateInput = z.looseObject({
  sourcetype: text,
  sourceitemid: text,
  // A field that is left out has the document's default, 0: `{}` means "not done, not read".
  actiontype: z.looseObject({ deal: optional(flag), read: optional(flag), delete: optional(flag) }),
  openids: optional(openids),
  sync: optional(z.boolean()),
});

export type CreateInput = z.infer<typeof createInput>;
export type UpdateInput = z.infer<typeof updateInput>;
export type TodoInput = CreateInput | UpdateInput;

/** The schemas for one account, which may use only its own appId. */
export function inputsOf(appId: string): { create: z.ZodType<CreateInput>; update: z.ZodType<UpdateInput> } {
  const error = "expected the appId of the account: its token is for no other";
  return {
    create: createInput.refine((input) => input.appId === appId, { error, path: ["appId"] }),
    update: updateInput.refine((input) => input.sourcetype === appId, { error, path: ["sourcetype"] }),
  };
}

export function isCreate(input: TodoInput): input is CreateInput {
  return "sourceId" in input;
}

/** The todo that a payload is about: the entity of the lane and of the check's budget. */
export function todoOf(input: TodoInput): { appId: string; sourceId: string } {
  return isCreate(input)
    ? { appId: input.appId, sourceId: input.sourceId }
    : { appId: input.sourcetype, sourceId: input.sourceitemid };
}

export function recipientsOf(input: TodoInput): readonly string[] {
  if (isCreate(input)) return input.params.map(({ openId }) => openId);
  return input.openids === undefined ? [EVERYBODY] : openIdsIn(input.openids);
}

/** The producer's own `openids`, reduced to the targets, in the form in which they were given: a list or a text. */
export function openidsFor(
  given: NonNullable<UpdateInput["openids"]>,
  targets: readonly string[],
): NonNullable<UpdateInput["openids"]> {
  if (openIdsIn(given).length === targets.length) return given;
  return typeof given === "string" ? targets.join(",") : [...targets];
}

function openIdsIn(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? openIdsInText(given) : given;
}

/** The openIds in a text, separated by commas (also Chinese ones), semicolons or spaces; at least the first `most`. */
export function openIdsInText(given: string, most?: number): string[] {
  // A text may begin with a separator, before which there is an empty piece.
  const pieces = given.split(/[\s,;\uFF0C\uFF1B\u3001]+/, most === undefined ? undefined : most + 1);
  return pieces.filter((id) => id !== "");
}

function areDistinct(ids: readonly string[]): boolean {
  return ids.length < 2 || new Set(ids).size === ids.length;
}
