/**
 * Reads one row as an order, every digit kept. Pure.
 *
 * A row without a key gets one from its place, so that relaying it twice (a crash between acknowledgement
 * and mark) makes one delivery.
 */
import { readJson } from "../delivery/exact-json.ts";
import { LONGEST_ID, LONGEST_URL } from "../operations/budgets.ts";
import { MOST_ERRORS, type FieldError } from "../operations/field-errors.ts";
import type { Outbox, OutboxRow } from "./ports.ts";

/**
 * Longer payloads and metadata are not read from the database. A payload may have 1 MiB, and an order has
 * little beside it.
 */
export const MOST_JSON_BYTES = 1024 * 1024 + 64 * 1024;
/** PostgreSQL's texts have no limit. So much of a column is read: one sign more than an order may have there. */
export const MOST_SIGNS = LONGEST_ID + 1;
export const MOST_SIGNS_OF_URL = LONGEST_URL + 1;

type RowReading =
  | { readonly kind: "order"; readonly order: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly errors: readonly FieldError[] };

export function readRow(row: OutboxRow, { name, accounts }: Pick<Outbox, "name" | "accounts">): RowReading {
  if (row.payload === null) return { kind: "refused", errors: [tooLong] };
  const payload = objectAt("/payload", row.payload);
  const metadata = row.metadata === null ? null : objectAt("/metadata", row.metadata);
  const errors = [
    ...(accounts.includes(row.account) ? [] : [foreignAccount(name, accounts)]),
    ...payload.errors,
    ...(metadata?.errors ?? []),
  ];
  if (errors.length > 0) return { kind: "refused", errors: errors.slice(0, MOST_ERRORS) };
  const { account, operation, lane, sendAt, deadline, priority, callbackUrl } = row;
  const asked = { lane, sendAt, deadline, priority, callbackUrl, metadata: metadata?.value ?? null };
  const order = {
    account,
    operation,
    key: row.key ?? `outbox:${name}:${row.id}`,
    payload: payload.value,
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null)),
  };
  return { kind: "order", order };
}

function foreignAccount(name: string, accounts: readonly string[]): FieldError {
  return {
    pointer: "/account",
    detail: `expected one of ${accounts.join(", ")}: the outbox ${name} may use no other`,
  };
}

const tooLong: FieldError = {
  pointer: "/payload",
  detail: `expected at most ${MOST_JSON_BYTES / 1024} KiB together with the metadata`,
};

interface ReadObject {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

function objectAt(pointer: string, text: string): ReadObject {
  const wrong = (detail: string): ReadObject => ({ value: null, errors: [{ pointer, detail }] });
  const reading = readJson(text);
  if (reading.kind === "malformed") return wrong(`expected JSON: ${reading.detail} (at ${reading.at})`);
  const { value, faults } = reading;
  if (faults.length > 0)
    return { value, errors: faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })) };
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { value, errors: [] } : wrong("expected a JSON object");
}
