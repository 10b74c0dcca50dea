/**
 * A real table; on a phone each row is a card whose cells name themselves. The roles are written out, because a
 * browser forgets them when the rows are laid out as cards.
 */
import type { ComponentChildren, JSX } from "preact";

export interface Column<T> {
  readonly title: string;
  /** Where a person may leave it out. */
  readonly name?: string;
  /** It is left out until somebody asks for it. */
  readonly isSpare?: true;
  readonly of: (row: T) => ComponentChildren;
  readonly kind?: "number" | "wide" | "choice";
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  readonly isSelected?: (row: T) => boolean;
}

export function Table<T>({ label, columns, rows, idOf, isSelected }: TableProps<T>): JSX.Element {
  return (
    <table role="table" aria-label={label} class={rows.length > 200 ? "long" : undefined}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, kind }) => (
            <th role="columnheader" scope="col" class={kind}>
              {kind === "choice" ? <span class="unseen">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr
            role="row"
            key={idOf(row)}
            data-row={idOf(row)}
            class={isSelected?.(row) === true ? "selected" : undefined}
          >
            {columns.map(({ title, of, kind }) => (
              <td role="cell" class={kind} data-label={title}>
                <div>{of(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
