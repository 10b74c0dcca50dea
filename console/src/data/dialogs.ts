/** What the dialogs are open for whose code is fetched when they are first opened. */
import { signal } from "@preact/signals";
import type { DeadLetterFilter } from "../../../src/doors/client/types.ts";

/** Id of the dead letter whose payload is edited. */
export const editing = signal<string | null>(null);

/** Which dead letters one field is edited of. */
export const editingField = signal<DeadLetterFilter | null>(null);
