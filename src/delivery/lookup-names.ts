/**
 * The names of the lists by which a delivery is found: short, all of one length, and they reveal nothing about
 * whom they name. Two names may share one list, so whoever reads a list also compares the records.
 */
import { hash } from "node:crypto";
import type { DeliveryState, Receipt } from "./record.ts";

const LENGTH = 12;

export function lookupName(text: string): string {
  return hash("sha1", text, "base64url").slice(0, LENGTH);
}

/** One name a recipient, with blanks between. */
export function recipientNames({ recipients }: Pick<DeliveryState, "recipients">): string {
  return [...new Set(recipients.map(({ id }) => lookupName(id)))].join(" ");
}

/**
 * What the platform has named between two states: each name and its hash, one a line. Long names and lists of
 * names are left out: nobody searches for them, and each name of a list is claimed anyway.
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
