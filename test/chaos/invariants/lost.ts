/**
 * Every acknowledged delivery has a record and has ended.
 */
import { isEnded } from "../../../src/delivery/record.ts";
import type { Judge } from "./evidence.ts";

export const lost: Judge = ({ history, records }) =>
  history.all.flatMap(({ id }) => {
    const record = records.get(id) ?? null;
    if (record === null) return [{ invariant: "lost", id, what: "its record is gone" }];
    if (record === "unreadable") return [{ invariant: "lost", id, what: "its record does not parse" }];
    const { status } = record.state;
    return isEnded(status) ? [] : [{ invariant: "lost", id, what: `still ${status} after its deadline` }];
  });
