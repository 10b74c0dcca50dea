/**
 * Writes down who does what, and shows it, the latest first: page by page, by person, act, account, id and time.
 */
import { z } from "zod";
import { isoMoment } from "./moment.ts";
import { type Caller, whoOf } from "./caller.ts";
import { csvHead, csvLine } from "./csv.ts";
import type { ExportFormat } from "./export.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import type { AuditEntry, AuditPlace } from "./ports.ts";
import { MOST_LOOKED } from "./paginate-lists.ts";
import { whenReachable, type OperationsContext } from "./context.ts";

interface Act extends Partial<Omit<AuditEntry, "by" | "from">> {
  readonly caller: Caller;
  readonly act: string;
}

/** To be called before the act: one that is not written down is not done. */
export async function writeAct(
  { caller, ...entry }: Act,
  { audit, now }: Pick<OperationsContext, "audit" | "now">,
): Promise<void> {
  await audit.write({ at: now(), ...whoOf(caller), account: null, id: null, note: null, ...entry });
}

interface AuditView extends Omit<AuditEntry, "at" | "from" | "count" | "matched"> {
  readonly at: string;
  readonly from: string | null;
  readonly count: number | null;
  readonly matched: number | null;
}

interface AuditInput extends AuditFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface AuditFilter {
  readonly by?: string | undefined;
  readonly act?: string | undefined;
  readonly account?: string | undefined;
  readonly id?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

type AuditResult =
  | { readonly kind: "audit"; readonly items: readonly AuditView[]; readonly nextCursor: string | null }
  | Extract<ListResult, { kind: "invalid" | "unavailable" }>;

const CHUNK = 200;

export async function readAudit(input: AuditInput, context: OperationsContext): Promise<AuditResult> {
  return whenReachable({ context, patience: "long" }, async (): Promise<AuditResult> => {
    const { limit, cursor, since = null, until = null } = input;
    let place = cursor === undefined ? START : decode(cursor);
    if (place === null) return BAD_CURSOR;
    const items: AuditView[] = [];
    for (let looked = 0; looked < MOST_LOOKED;) {
      const steps = await context.audit.walk(place, { range: { since, until }, most: CHUNK });
      for (const { entry, after } of steps) {
        if (items.length === limit) return { kind: "audit", items, nextCursor: encode(place) };
        place = after;
        looked += 1;
        if (entry !== null && isMeant(entry, input)) items.push(auditView(entry));
      }
      if (steps.length < CHUNK) return { kind: "audit", items, nextCursor: null };
    }
    return { kind: "audit", items, nextCursor: encode(place) };
  });
}

type AuditExportResult =
  | { readonly kind: "lines"; readonly lines: AsyncGenerator<string, void, undefined> }
  | Extract<ListResult, { kind: "unavailable" }>;

/** All matching entries, one a line. The export is recorded in the audit log first, so it contains its own entry. */
export async function exportAudit(
  {
    caller,
    filter,
    format,
  }: { readonly caller: Caller; readonly filter: AuditFilter; readonly format: ExportFormat },
  context: OperationsContext,
): Promise<AuditExportResult> {
  return whenReachable({ context }, async (): Promise<AuditExportResult> => {
    await writeAct({ caller, act: "export audit", account: filter.account ?? null }, context);
    return { kind: "lines", lines: auditLines(filter, { format, context }) };
  });
}

const COLUMNS = ["at", "by", "from", "act", "account", "id", "count", "matched", "note"] as const;

async function* auditLines(
  filter: AuditFilter,
  { format, context: { audit } }: { readonly format: ExportFormat; readonly context: OperationsContext },
): AsyncGenerator<string, void, undefined> {
  const { since = null, until = null } = filter;
  if (format === "csv") yield csvHead(COLUMNS);
  for (let place = START; ;) {
    const steps = await audit.walk(place, { range: { since, until }, most: CHUNK });
    const views = steps.flatMap(({ entry }) =>
      entry !== null && isMeant(entry, filter) ? [auditView(entry)] : [],
    );
    yield views
      .map((view) =>
        format === "csv" ? csvLine(COLUMNS.map((name) => view[name])) : `${JSON.stringify(view)}\n`,
      )
      .join("");
    const last = steps.at(-1);
    if (last === undefined || steps.length < CHUNK) return;
    place = last.after;
  }
}

function auditView(entry: AuditEntry): AuditView {
  return {
    ...entry,
    at: isoMoment(entry.at),
    from: entry.from ?? null,
    count: entry.count ?? null,
    matched: entry.matched ?? null,
  };
}

function isMeant(entry: AuditEntry, { by, act, account, id }: AuditFilter): boolean {
  if (by !== undefined && entry.by !== by) return false;
  if (act !== undefined && entry.act !== act) return false;
  if (account !== undefined && entry.account !== account) return false;
  return id === undefined || entry.id === id;
}

const START: AuditPlace = { acts: null, reads: null };
const streamId = z
  .string()
  .regex(/^\d{1,16}-\d{1,16}$/)
  .nullable();
const schema = z.tuple([streamId, streamId]);

function encode({ acts, reads }: AuditPlace): string {
  return Buffer.from(JSON.stringify([acts, reads])).toString("base64url");
}

function decode(cursor: string): AuditPlace | null {
  try {
    const [acts, reads] = schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { acts, reads };
  } catch {
    // Not a cursor of ours; the caller reports this.
    return null;
  }
}
