/**
 * Which recipients a `bad-recipients` fault strikes, and what the synchronous
 * modes of generatetodo and action say about them.
 */
import type { Fault } from "../faults/catalogue.ts";
import { pointOf } from "../faults/random-stream.ts";

type Recipients = { readonly good: ReadonlySet<string>; readonly bad: readonly string[] };

/** The bad recipients: the named ones, or a fraction by hash, or, without parameters, the first. */
export function sortRecipients(openIds: readonly string[], fault: Fault | null): Recipients {
  const isBad = badness(openIds, fault);
  return { good: new Set(openIds.filter((id) => !isBad(id))), bad: openIds.filter(isBad) };
}

function badness(openIds: readonly string[], fault: Fault | null): (openId: string) => boolean {
  if (fault?.fault === "member-lookup-failed") return () => true;
  if (fault?.fault !== "bad-recipients") return () => false;
  const { openIds: named, fraction } = fault;
  if (named) return (openId) => named.includes(openId);
  if (fraction !== undefined) return (openId) => pointOf(openId) < fraction;
  return (openId) => openId === openIds[0];
}
