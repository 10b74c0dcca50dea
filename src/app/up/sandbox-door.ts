/**
 * Compares what the sandbox of `bida up` has stored with what Bida says, and makes the sandbox misbehave.
 */
import { request } from "undici";
import { z } from "zod";
import type { SandboxDoor, WaitingFault } from "../../doors/http/sandbox-routes.ts";
import { readAccepted } from "../../delivery/exact-json.ts";
import { listDeliveries } from "../../operations/list.ts";
import { writeAct } from "../../operations/audit.ts";
import { whenReachable, type OperationsContext } from "../../operations/context.ts";
import { ledgerSchema, sideBySide } from "./side-by-side.ts";

const MOST_DELIVERIES = 40;

const faultsSchema = z.object({
  script: z.array(z.object({ fault: z.string(), endpoint: z.string(), times: z.number() })),
});

export function sandboxDoor(url: string, context: OperationsContext): SandboxDoor {
  return {
    view: async (caller) => {
      const [page, ledger, faults] = await Promise.all([
        listDeliveries({ caller, limit: MOST_DELIVERIES }, context),
        ask({ url, path: "ledger" }, ledgerSchema),
        faultsOf(url),
      ]);
      if (page.kind === "unavailable") return page;
      // The latest deliveries first, whatever their status.
      const deliveries = (page.kind === "page" ? page.items : []).toSorted(
        (a, b) => Date.parse(b.createdAt ?? "") - Date.parse(a.createdAt ?? ""),
      );
      return whenReachable({ context }, async () => {
        const items = deliveries.map(async (delivery) => {
          const lists = context.accounts.get(delivery.account)?.lists;
          const text = (await lists?.payloads(delivery.id))?.payload ?? null;
          return sideBySide(delivery, { payload: readAccepted(text), ledger });
        });
        return { kind: "view", items: (await Promise.all(items)).flat(), faults, calls: ledger.calls };
      });
    },
    change: async (fault, caller) => {
      const act = fault === null ? "sandbox: behave again" : `sandbox: ${fault.fault}`;
      await writeAct({ caller, act }, context);
      await ask(
        { url, path: "faults", body: fault === null ? { clear: true } : { script: [fault] } },
        z.unknown(),
      );
      return faultsOf(url);
    },
  };
}

async function faultsOf(url: string): Promise<readonly WaitingFault[]> {
  return (await ask({ url, path: "faults" }, faultsSchema)).script;
}

async function ask<T>(
  { url, path, body }: { readonly url: string; readonly path: string; readonly body?: object | undefined },
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = await request(`${url}/_sandbox/${path}`, {
    method: body === undefined ? "GET" : "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the sandbox says HTTP ${answer.statusCode}: ${text}`);
  return schema.parse(JSON.parse(text));
}
