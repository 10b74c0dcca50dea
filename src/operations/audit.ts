/**
 * Shows who did what, the latest first: page by page, by person, act, account, id and time.
 */
import { z } from "zod";
import { toldMoment } from "../delivery/told-moment.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import type { AuditEntry, AuditPlace } from "./ports.ts";
import { MOST_LOOKED } from "./paginate-lists.ts";
import { whenReachable, type OperationsContext } from "./context.ts";

interface AuditView extends Omit<AuditEntry, "at" | "count" | "matched"> {
  readonly at: string;
  readonly count: number | null;
  readonly matched: number | null;
}

interface AuditInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
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
  return whenReachable(
    context,
    async (): Promise<AuditResult> => {
      const { limit, cursor, since = null, until = null } = input;
      let place = cursor === undefined ? START : decode(cursor);
      if (place === null) return BAD_CURSOR;
      const items: AuditView[] = [];
      for (let looked = 0; looked < MOST_LOOKED;) {
        const steps = await context.audit.walk(place, { since, until }, CHUNK);
        for (const { entry, after } of steps) {
          if (items.length === limit) return { kind: "audit", items, nextCursor: encode(place) };
          place = after;
          looked += 1;
          if (isMeant(entry, input))
            items.push({
              ...entry,
              at: toldMoment(entry.at),
              count: entry.count ?? null,
              matched: entry.matched ?? null,
            });
        }
        if (steps.length < CHUNK) return { kind: "audit", items, nextCursor: null };
      }
      return { kind: "audit", items, nextCursor: encode(place) };
    },
    "long",
  );
}

function isMeant(entry: AuditEntry, { by, act, account, id }: AuditInput): boolean {
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
    // Not ours; the caller is told.
    return null;
  }
}
