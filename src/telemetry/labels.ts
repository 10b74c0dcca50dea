/**
 * Limits the values of labels: a metric must not grow with data from outside.
 *
 * All labels that Bida emits have few values. A platform from outside, or a bug, may still put an id where a
 * name belongs: beyond `MOST_VALUES` of one label, further values become `other`.
 */

const MOST_VALUES = 200;
/**
 * The most series of one metric: enough for hundreds of accounts. (The SDK's default is 2,000; it merges the
 * rest into one.)
 */
export const MOST_SERIES = 20_000;
const LONGEST = 100;
/** The value of an empty label: to Prometheus an empty label is no label. */
const NONE = "none";
const OTHER = "other";

export type Labels = Readonly<Record<string, string | null>>;

export class BoundedLabels {
  readonly #seen = new Map<string, Set<string>>();

  bound(labels: Labels): Readonly<Record<string, string>> {
    // Usually no value changes, and no copy is made.
    for (const name in labels) {
      const value = labels[name];
      if (value !== undefined && this.#value(name, value) !== value) return this.#bounded(labels);
    }
    return labels as Readonly<Record<string, string>>;
  }

  #bounded(labels: Labels): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [name, this.#value(name, value)]),
    );
  }

  #value(name: string, value: string | null): string {
    if (value === null || value === "") return NONE;
    let known = this.#seen.get(name);
    if (known?.has(value) === true) return value;
    if (known === undefined) {
      known = new Set();
      this.#seen.set(name, known);
    }
    if (known.size >= MOST_VALUES || value.length > LONGEST) return OTHER;
    known.add(value);
    return value;
  }
}
