/**
 * Prints deliveries for people.
 */
import type { DeadCallback, Delivery, InspectedDelivery } from "../client/types.ts";
import { REMEDIES } from "../client/remedies.ts";
import type { Language } from "../../language/language.ts";
import { type Heading, headingIn, inLanguage, say } from "../../language/say.ts";
import { localTime, spoken } from "./moments.ts";
import { padTo, printable, printableJson, table, type Column } from "./table.ts";

export function deliveryColumns(now: number): readonly Column<Delivery>[] {
  return [
    { title: "ID", of: ({ id }) => id },
    { title: "ACCOUNT", of: ({ account }) => account, goes: 3 },
    { title: "OPERATION", of: ({ operation }) => operation, goes: 5 },
    { title: "STATUS", of: ({ status }) => status },
    { title: "REASON", of: ({ reason }) => reason },
    { title: "AGE", of: ({ createdAt }) => spoken(now - Date.parse(createdAt)), goes: 4 },
    { title: "NEXT", isSaid: true, of: ({ nextAt }) => untilNext(nextAt, now), goes: 1 },
    { title: "KEY", of: ({ key }) => key, goes: 2 },
    { title: "DETAIL", isSaid: true, of: ({ detail }) => detail },
  ];
}

export function deadLetterColumns(now: number): readonly Column<Delivery>[] {
  return [
    { title: "ID", of: ({ id }) => id },
    { title: "ACCOUNT", of: ({ account }) => account, goes: 3 },
    { title: "OPERATION", of: ({ operation }) => operation, goes: 4 },
    { title: "REASON", of: ({ reason }) => reason },
    { title: "DIED", isSaid: true, of: ({ finishedAt }) => ago(finishedAt, now) },
    { title: "SENDS", of: ({ sends }) => sends, goes: 1 },
    { title: "KEY", of: ({ key }) => key, goes: 2 },
    { title: "DETAIL", isSaid: true, of: ({ detail }) => detail },
  ];
}

export function callbackColumns(): readonly Column<DeadCallback>[] {
  return [
    { title: "ID", of: ({ id }) => id },
    { title: "ACCOUNT", of: ({ account }) => account },
    { title: "DELIVERY", of: ({ status }) => status },
    { title: "ATTEMPTS", of: ({ callback }) => callback.attempts },
    { title: "URL", of: ({ callback }) => callback.url },
    { title: "DETAIL", isSaid: true, of: ({ callback }) => callback.detail },
  ];
}

function callbackText({ status, attempts, url, detail }: DeadCallback["callback"]): string {
  const told = `${url}${detail === null ? "" : `: ${detail}`}`;
  if (attempts === 0) return `${status}, ${told}`;
  return attempts === 1
    ? say("{status} after 1 attempt, {told}", { status, told })
    : say("{status} after {count} attempts, {told}", { status, count: attempts, told });
}

function ago(iso: string | null, now: number): string | null {
  return iso === null ? null : say("{duration} ago", { duration: spoken(now - Date.parse(iso)) });
}

function untilNext(nextAt: string | null, now: number): string | null {
  if (nextAt === null) return null;
  const ms = Date.parse(nextAt) - now;
  return ms <= 0 ? say("now") : say("in {duration}", { duration: spoken(ms) });
}

/** One delivery with everything that is known about it. */
export function deliveryText(
  delivery: InspectedDelivery,
  { now, language }: { readonly now: number; readonly language: Language },
): string {
  const { status, reason, detail, receipt, metadata, timeline, payload, originals, callback } = delivery;
  const fields: readonly (readonly [Heading, string | number | null])[] = [
    ["id", delivery.id],
    ["account", delivery.account],
    ["operation", delivery.operation],
    ["status", reason === null ? status : `${status} (${reason})`],
    ["detail", detail],
    ["what to do", status === "dead" && reason !== null ? REMEDIES[reason][language] : null],
    ["key", delivery.key],
    ["lane", delivery.lane],
    ["knowledge", delivery.knowledge],
    ["receipt", receipt === null ? null : JSON.stringify(receipt)],
    ["sends", delivery.sends],
    ["checks", delivery.checks],
    ["generation", delivery.generation],
    ["created", localTime(delivery.createdAt)],
    ["not before", localTime(delivery.notBefore)],
    ["accepted", localTime(delivery.acceptedAt)],
    ["next", untilNext(delivery.nextAt, now)],
    ["deadline", localTime(delivery.deadlineAt)],
    ["finished", localTime(delivery.finishedAt)],
    ["discarded", localTime(delivery.discardedAt)],
    ["restorable", restorable(delivery, now)],
    ["callback", callback == null ? null : callbackText(callback)],
    ["trimmed", delivery.trimmed === true ? TRIMMED : null],
    ["metadata", metadata === null ? null : JSON.stringify(metadata)],
    ["producer", delivery.producer],
    ["request", delivery.requestId],
    ["trace", delivery.trace?.url ?? delivery.trace?.id ?? null],
  ];
  const lines = fields.flatMap(([name, value]) => {
    if (value === null) return [];
    const said = SAID.has(name) ? inLanguage(String(value), language) : String(value);
    return [`${padTo(12, headingIn(name, language))}${printable(said)}\n`];
  });
  const edited = (at: number): string =>
    inLanguage(say("payload before edit {count}", { count: at + 1 }), language);
  return [
    lines.join(""),
    section(headingIn("recipients", language), recipientTable(delivery, language)),
    timeline === undefined ? "" : section(headingIn("timeline", language), timelineTable(timeline, language)),
    ...(originals ?? []).map((original, at) => section(edited(at), pretty(original))),
    payload === undefined ? "" : section(headingIn("payload", language), pretty(payload)),
  ].join("");
}

/** Headings whose values are Bida's own words, to be translated; the others are names, codes and numbers. */
const SAID: ReadonlySet<Heading> = new Set(["detail", "next", "restorable", "callback", "trimmed"]);

const TRIMMED = say("its payload and a part of its timeline are no longer kept (policy.trimAfter)");

/** Until when a discard can be restored. */
function restorable({ restorableUntil }: InspectedDelivery, now: number): string | null {
  if (restorableUntil === null || Date.parse(restorableUntil) < now) return null;
  return say("until {time}: bida dead restore", { time: localTime(restorableUntil) ?? "" });
}

function section(title: string, text: string): string {
  return text === "" ? "" : `\n${title}\n${text.replaceAll(/^(?=.)/gm, "  ")}`;
}

function pretty(value: unknown): string {
  return `${printableJson(value, 2)}\n`;
}

function recipientTable({ recipients }: Delivery, language: Language): string {
  if (recipients.length === 0) return "";
  return table(
    [
      { title: "ID", of: ({ id }) => id },
      { title: "STATUS", of: ({ status }) => status },
      { title: "EVIDENCE", of: ({ evidence }) => evidence?.kind ?? null },
      { title: "AT", of: ({ at }) => localTime(at) },
      { title: "DETAIL", isSaid: true, of: ({ detail }) => detail },
    ],
    { rows: recipients, style: { language } },
  );
}

type TimelineEntry = NonNullable<InspectedDelivery["timeline"]>[number];

function timelineTable(entries: readonly TimelineEntry[], language: Language): string {
  return table(
    [
      { title: "AT", of: ({ at }) => localTime(at) },
      { title: "EVENT", of: ({ event }) => event },
      { title: "", of: restOf },
    ],
    { rows: entries, style: { language } },
  );
}

function restOf({ at: _at, event: _event, ...rest }: TimelineEntry): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
