/** The filter lives in the address: what is chosen here can be sent to somebody. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useNavigation } from "../data/navigate.ts";
import { useQuery } from "../data/query.ts";
import { bida } from "../data/session.ts";
import { SavedViews } from "./saved-views.tsx";
import { words } from "../words/words.ts";

interface Labelled {
  readonly name: string;
  readonly label: string;
  /** Behind "more", unless it is set. */
  readonly isRare?: true;
}

export type FilterField = Labelled &
  (
    | { readonly options: readonly (readonly [string, string])[] }
    | { readonly type: "text" | "number" | "datetime-local" }
  );

export function useAccountField(): FilterField {
  const accounts = useQuery("accounts", { read: async () => bida.accounts(), everyMs: 0 });
  return { name: "account", label: words.value.filter.account, options: choices(accounts.data) };
}

export function useOperationField(): FilterField {
  const operations = useQuery("operations", { read: async () => bida.operations(), everyMs: 0 });
  return { name: "operation", label: words.value.filter.operation, options: choices(operations.data) };
}

function choices(
  named: readonly { readonly name: string }[] | null | undefined,
): (readonly [string, string])[] {
  return (named ?? []).map(({ name }) => [name, name] as const);
}

export function FilterRow({ fields }: { fields: readonly FilterField[] }): JSX.Element {
  const w = words.value.filter;
  const { query, change } = useNavigation();
  const [isMore, setMore] = useState(false);
  const isGiven = ({ name }: FilterField): boolean => (query[name] ?? "") !== "";
  const isNear = (field: FilterField): boolean => field.isRare !== true || isGiven(field);
  const isSet = fields.some(isGiven);
  return (
    <details class="filter-fold" open={isSet || matchMedia("(min-width: 1001px)").matches}>
      <summary>{w.label}</summary>
      <form
        class="filters"
        role="search"
        aria-label={w.label}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          change(
            Object.fromEntries(fields.map(({ name }) => [name, valueOf(data.get(name), { fields, name })])),
          );
        }}
      >
        {fields.filter(isNear).map((field) => (
          <Field key={`${field.name}=${query[field.name] ?? ""}`} field={field} />
        ))}
        {isMore &&
          fields
            .filter((field) => !isNear(field))
            .map((field) => <Field key={`${field.name}=`} field={field} />)}
        <button type="submit">{w.apply}</button>
        {!isMore && !fields.every(isNear) && (
          <button type="button" class="link" onClick={() => setMore(true)}>
            {w.more}
          </button>
        )}
        {isSet && (
          <button
            type="button"
            class="link"
            onClick={() => change(Object.fromEntries(fields.map(({ name }) => [name, null])))}
          >
            {w.clear}
          </button>
        )}
      </form>
      <SavedViews isSet={isSet} />
    </details>
  );
}

function Field({ field }: { field: FilterField }): JSX.Element {
  const w = words.value.filter;
  const { query, change } = useNavigation();
  return (
    <label>
      <span>{field.label}</span>
      {"options" in field ? (
        <select name={field.name} onChange={(event) => change({ [field.name]: event.currentTarget.value })}>
          <option value="">{w.any}</option>
          {withCurrent(field.options, query[field.name]).map(([value, title]) => (
            <option value={value} selected={query[field.name] === value}>
              {title}
            </option>
          ))}
        </select>
      ) : (
        <input
          name={field.name}
          type={field.type}
          defaultValue={
            field.type === "datetime-local" ? localOf(query[field.name]) : (query[field.name] ?? "")
          }
          autocomplete="off"
          step={field.type === "text" ? undefined : 1}
          min={field.type === "number" ? 1 : undefined}
        />
      )}
    </label>
  );
}

function withCurrent(
  options: readonly (readonly [string, string])[],
  current: string | undefined,
): readonly (readonly [string, string])[] {
  const isMissing = current !== undefined && current !== "" && !options.some(([value]) => value === current);
  return isMissing ? [...options, [current, current]] : options;
}

/** The API wants a moment with its time zone. */
function valueOf(
  value: FormDataEntryValue | null,
  { fields, name }: { readonly fields: readonly FilterField[]; readonly name: string },
): string | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  const field = fields.find((known) => known.name === name);
  const isMoment = field !== undefined && "type" in field && field.type === "datetime-local";
  return isMoment ? new Date(value).toISOString() : value.trim();
}

function localOf(iso: string | undefined): string {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
