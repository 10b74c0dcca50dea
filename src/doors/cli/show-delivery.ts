/**
 * Deliveries as people read them.
 */
import type { DeadCallback, Delivery, InspectedDelivery } from "../client/types.ts";
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
    { title: "NEXT", of: ({ nextAt }) => untilNext(nextAt, now), goes: 1 },
    { title: "KEY", of: ({ key }) => key, goes: 2 },
    { title: "DETAIL", of: ({ detail }) => detail },
  ];
}

export function letterColumns(now: number): readonly Column<Delivery>[] {
  return [
    { title: "ID", of: ({ id }) => id },
    { title: "ACCOUNT", of: ({ account }) => account, goes: 3 },
    { title: "OPERATION", of: ({ operation }) => operation, goes: 4 },
    { title: "REASON", of: ({ reason }) => reason },
    { title: "DIED", of: ({ finishedAt }) => ago(finishedAt, now) },
    { title: "SENDS", of: ({ sends }) => sends, goes: 1 },
    { title: "KEY", of: ({ key }) => key, goes: 2 },
    { title: "DETAIL", of: ({ detail }) => detail },
  ];
}

export function callbackColumns(): readonly Column<DeadCallback>[] {
  return [
    { title: "ID", of: ({ id }) => id },
    { title: "ACCOUNT", of: ({ account }) => account },
    { title: "DELIVERY", of: ({ status }) => status },
    { title: "ATTEMPTS", of: ({ callback }) => callback.attempts },
    { title: "URL", of: ({ callback }) => callback.url },
    { title: "DETAIL", of: ({ callback }) => callback.detail },
  ];
}

function callbackText({ status, attempts, url, detail }: DeadCallback["callback"]): string {
  const tries = attempts === 0 ? "" : ` after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  return `${status}${tries}, ${url}${detail === null ? "" : `: ${detail}`}`;
}

function ago(iso: string | null, now: number): string | null {
  return iso === null ? null : `${spoken(now - Date.parse(iso))} ago`;
}

function untilNext(nextAt: string | null, now: number): string | null {
  if (nextAt === null) return null;
  const ms = Date.parse(nextAt) - now;
  return ms <= 0 ? "now" : `in ${spoken(ms)}`;
}

/** One delivery with everything that is known of it. */
export function deliveryText(delivery: InspectedDelivery, now: number): string {
  const { status, reason, detail, receipt, metadata, timeline, payload, originals, callback } = delivery;
  const fields: readonly (readonly [string, string | number | null])[] = [
    ["id", delivery.id],
    ["account", delivery.account],
    ["operation", delivery.operation],
    ["status", reason === null ? status : `${status} (${reason})`],
    ["detail", detail],
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
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === null ? [] : [`${padTo(12, name)}${printable(String(value))}\n`],
  );
  return [
    lines.join(""),
    section("recipients", recipientTable(delivery)),
    timeline === undefined ? "" : section("timeline", timelineTable(timeline)),
    ...(originals ?? []).map((original, at) => section(`payload before edit ${at + 1}`, pretty(original))),
    payload === undefined ? "" : section("payload", pretty(payload)),
  ].join("");
}

const TRIMMED = "its payload and a part of its timeline are no longer kept (policy.trimAfter)";

/** For a day a discard can be taken back. */
function restorable({ restorableUntil }: InspectedDelivery, now: number): string | null {
  if (restorableUntil === null || Date.parse(restorableUntil) < now) return null;
  return `until ${localTime(restorableUntil) ?? ""}: bida dead restore`;
}

function section(title: string, text: string): string {
  return text === "" ? "" : `\n${title}\n${text.replaceAll(/^(?=.)/gm, "  ")}`;
}

function pretty(value: unknown): string {
  return `${printableJson(value, 2)}\n`;
}

function recipientTable({ recipients }: Delivery): string {
  if (recipients.length === 0) return "";
  return table(
    [
      { title: "ID", of: ({ id }) => id },
      { title: "STATUS", of: ({ status }) => status },
      { title: "EVIDENCE", of: ({ evidence }) => evidence?.kind ?? null },
      { title: "AT", of: ({ at }) => localTime(at) },
      { title: "DETAIL", of: ({ detail }) => detail },
    ],
    recipients,
  );
}

type TimelineEntry = NonNullable<InspectedDelivery["timeline"]>[number];

function timelineTable(entries: readonly TimelineEntry[]): string {
  return table(
    [
      { title: "AT", of: ({ at }) => localTime(at) },
      { title: "EVENT", of: ({ event }) => event },
      { title: "", of: restOf },
    ],
    entries,
  );
}

function restOf({ at: _at, event: _event, ...rest }: TimelineEntry): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
