/**
 * Values of labels, bounded: a metric must not grow with what comes from outside.
 *
 * All labels that Bida emits have few values. A platform from outside, or a bug, may still put an id where a name
 * belongs: beyond so many values of one label, the rest are `other`.
 */

const MOST_VALUES = 200;
/** Of one metric: what a fleet of hundreds of accounts comes to. The SDK's own limit, 2,000, folds the rest into one. */
export const MOST_SERIES = 20_000;
const LONGEST = 100;
/** Stands for a value that is missing: to Prometheus an empty label is no label. */
const NONE = "none";
const OTHER = "other";

export type Labels = Readonly<Record<string, string | null>>;

export class BoundedLabels {
  readonly #seen = new Map<string, Set<string>>();

  bound(labels: Labels): Readonly<Record<string, string>> {
    // Nearly always no value changes, and no copy is made.
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
