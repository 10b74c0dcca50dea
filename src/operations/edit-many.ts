/**
 * Edits one field of many dead letters, each of which is then replayed; and shows in advance the effect on the
 * first few. A payload that would not validate is refused and listed.
 */
import { editField, type FieldEdit } from "../delivery/edit-field.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import type { OperationsContext } from "./context.ts";
import type { FieldError } from "./field-errors.ts";
import type { FoundDelivery } from "./paginate-lists.ts";
import { editOf, type PayloadEdit } from "./replay.ts";

/** The effect of an edit on one dead letter. */
export interface EditSample {
  readonly id: string;
  readonly account: string;
  readonly key: string | null;
  /** JSON; null where the field was not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** Why it would not be replayed; null if it would. */
  readonly refused: string | null;
}

type EditedOne =
  | {
      readonly kind: "edited";
      readonly edit: PayloadEdit | null;
      readonly before: string | null;
      readonly after: string;
    }
  | {
      readonly kind: "refused";
      readonly detail: string;
      readonly before: string | null;
      readonly after: string | null;
    };

export async function editedOne(
  { account, stored: { delivery } }: FoundDelivery,
  edit: FieldEdit,
): Promise<EditedOne> {
  const text = (await account.lists.payloads(delivery.request.id)).payload;
  const payload = readAccepted(text);
  if (payload === null) return refused("its payload is gone");
  const edited = editField(payload, edit);
  if (edited.kind === "unfit") return refused(edited.detail);
  const { before, after } = edited;
  const checked = editOf(delivery, { before: text, payload: edited.payload, account });
  if (checked.kind === "invalid") return { ...refused(inWords(checked.errors)), before, after };
  return { kind: "edited", edit: checked.edit, before, after };
}

export async function sampleOf(
  found: readonly FoundDelivery[],
  { edit, context }: { readonly edit: FieldEdit; readonly context: OperationsContext },
): Promise<EditSample[]> {
  return Promise.all(
    found.map(async (one): Promise<EditSample> => {
      const { id, account, key } = one.stored.delivery.request;
      const edited = await editedOne(one, edit).catch((error: unknown) => {
        if (context.isAway(error)) throw error;
        context.onBug({ where: "an edit of many", account, id, error });
        return refused("it failed inside Bida; see the log");
      });
      const { before, after } = edited;
      return { id, account, key, before, after, refused: edited.kind === "refused" ? edited.detail : null };
    }),
  );
}

export function inWords(errors: readonly FieldError[]): string {
  return errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
}

function refused(detail: string): Extract<EditedOne, { kind: "refused" }> {
  return { kind: "refused", detail, before: null, after: null };
}
