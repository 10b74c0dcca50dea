/**
 * The filter that says which dead letters are meant.
 */
import { z } from "zod";
import type { Delivery } from "../delivery/record.ts";
import { FILTER_FIELDS, FILTER_NAMES, filterInBody, type FilterName } from "./filter-fields.ts";
import type { Saying, StoredDelivery } from "./ports.ts";

export const deadLetterFilter = z.strictObject(filterInBody).meta({ id: "DeadLetterFilter" });

export type DeadLetterFilter = z.output<typeof deadLetterFilter>;

/**
 * Whether only the record, and not the lists alone, can decide what matches: then a record that cannot be read
 * never matches.
 */
export function asksAboutContents(filter: Partial<DeadLetterFilter>): boolean {
  return FILTER_NAMES.some((name) => FILTER_FIELDS[name].fits !== null && filter[name] !== undefined);
}

/** Whether a record matches the parts of the filter that the lists cannot decide. */
export function fitsFilter({ delivery }: StoredDelivery, filter: Partial<DeadLetterFilter>): boolean {
  return FILTER_NAMES.every((name) => {
    const wanted = filter[name];
    const fits = FILTER_FIELDS[name].fits as Comparison<FilterName> | null;
    return wanted === undefined || fits === null || fits(delivery, wanted);
  });
}

/** Words that stand somewhere in every delivery that matches. */
export function sayingsOf(filter: Partial<DeadLetterFilter>): Saying[] {
  return FILTER_NAMES.flatMap((name) => {
    const wanted = filter[name];
    const { says }: { readonly says?: unknown } = FILTER_FIELDS[name];
    return wanted === undefined || says === undefined ? [] : ((says as Says<FilterName>)(wanted) ?? []);
  });
}

type Says<Name extends FilterName> = (wanted: DeadLetterFilter[Name]) => Saying | null;
type Comparison<Name extends FilterName> = (delivery: Delivery, wanted: DeadLetterFilter[Name]) => boolean;
