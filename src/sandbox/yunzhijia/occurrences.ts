/**
 * When a repeating schedule takes place (doc 002, repeatWork): 0 once, 1 every
 * workday, 2 daily, 3 weekly, 4 every two weeks, 5 monthly, until the last that
 * starts by `repeatEndDate`. The first is the parent and starts at `startDate`,
 * whatever day that is.
 */
import { dayMs, isWorkday, monthsLater } from "../shanghai.ts";

type Repeat = 0 | 1 | 2 | 3 | 4 | 5;

export const mostOccurrences = 1_000;

/** Starts in order; null when there would be more than 1000. */
export function occurrences(
  repeat: Repeat,
  { startDate, repeatEndDate }: { readonly startDate: number; readonly repeatEndDate: number },
): number[] | null {
  if (repeat === 0) return [startDate];
  const starts = [startDate];
  for (let step = 1; starts.length <= mostOccurrences; step += 1) {
    const start = repeat === 5 ? monthsLater(startDate, step) : startDate + step * stepDays[repeat] * dayMs;
    if (start === null) continue;
    if (start > repeatEndDate) return starts;
    if (repeat !== 1 || isWorkday(start)) starts.push(start);
  }
  return null;
}

const stepDays = { 1: 1, 2: 1, 3: 7, 4: 14 } as const;
