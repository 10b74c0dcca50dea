/**
 * The names of the lists in which a delivery is found: short hashes of one length, which reveal nothing about
 * the person or object. Two of them may collide, so a reader of a list also compares the records.
 */
import { hash } from "node:crypto";
import type { DeliveryState, Receipt } from "./record.ts";

const LENGTH = 12;

export function lookupName(text: string): string {
  return hash("sha1", text, "base64url").slice(0, LENGTH);
}

/** The list name of each recipient, separated by spaces. */
export function recipientNames({ recipients }: Pick<DeliveryState, "recipients">): string {
  return [...new Set(recipients.map(({ id }) => lookupName(id)))].join(" ");
}

/**
 * The platform's ids that are new between two states: each id and its list name, on a line of its own each.
 * Long ids and lists of ids are left out: nobody searches for them, and each id of a list is claimed anyway.
 */
export function newlyNamed(before: DeliveryState, after: DeliveryState): string {
  if (after.receipt === before.receipt && after.recipients === before.recipients) return "";
  const all = namesIn(after);
  if (all.size === 0) return "";
  const known = namesIn(before);
  const names = [...all].filter((name) => !known.has(name) && /^[^\s,]{1,200}$/.test(name));
  return names.map((name) => `${name}\n${lookupName(name)}\n`).join("");
}

function namesIn({ receipt, recipients }: DeliveryState): Set<string> {
  const names = new Set<string>();
  const add = (some: Receipt | null): void => {
    if (some !== null) for (const name of Object.values(some)) names.add(name);
  };
  add(receipt);
  for (const entry of recipients) add(entry.receipt);
  return names;
}
