/**
 * Finds what an id or a name belongs to: a delivery (by id, key, platform id or lane), a bulk action, or an
 * account. Each is a look-up in an index: however many deliveries there are, a search makes a few calls to
 * Redis for each account.
 */
import { keyHash } from "../delivery/idempotency.ts";
import type { Caller } from "./caller.ts";
import { showAction } from "./bulk.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { metIn } from "./look-up.ts";
import {
  accountsFor,
  whenReachable,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
} from "./context.ts";

interface Hit {
  readonly kind: "delivery" | "action" | "account";
  /** What the text turned out to be. */
  readonly by: "id" | "key" | "receipt" | "lane" | "name";
  readonly id: string;
  readonly account: string | null;
  readonly delivery: DeliveryView | null;
}

type SearchResult = { readonly kind: "hits"; readonly items: readonly Hit[] } | Unavailable;

/** The most hits of one lane. */
const MOST_OF_A_LANE = 10;

export async function search(
  { caller, text }: { readonly caller: Caller; readonly text: string },
  context: OperationsContext,
): Promise<SearchResult> {
  return whenReachable({ context }, async (): Promise<SearchResult> => {
    const chosen = accountsFor(caller, { named: undefined, context }) ?? [];
    const [byId, byKey, byReceipt, byLane, action] = await Promise.all([
      hitsBy({ by: "id", chosen }, async () => text),
      hitsBy({ by: "key", chosen }, async ({ lists }) => lists.idOfKey(keyHash(text))),
      hitsBy({ by: "receipt", chosen }, async ({ lists }) => lists.ownerOf(text)),
      inLanes(text, chosen),
      showAction({ id: text, caller }, context),
    ]);
    const accounts = chosen
      .filter(({ name }) => name === text)
      .map(({ name }) => hit({ kind: "account", by: "name", id: name, account: name }));
    const actions =
      action.kind === "found"
        ? [hit({ kind: "action", by: "id", id: text, account: action.action.filter.account ?? null })]
        : [];
    const seen = new Set<string>();
    const items = [...byId, ...byKey, ...byReceipt, ...byLane, ...actions, ...accounts].filter(
      ({ kind, id }) => !seen.has(`${kind} ${id}`) && seen.add(`${kind} ${id}`),
    );
    return { kind: "hits", items };
  });
}

function hit(found: Omit<Hit, "delivery">): Hit {
  return { ...found, delivery: null };
}

async function hitsBy(
  { by, chosen }: { readonly by: Hit["by"]; readonly chosen: readonly OperationsAccount[] },
  idIn: (account: OperationsAccount) => Promise<string | null>,
): Promise<Hit[]> {
  return (await metIn(chosen, idIn)).map(({ account, stored: { delivery, isBeingSent } }) => ({
    kind: "delivery",
    by,
    id: delivery.request.id,
    account: account.name,
    delivery: deliveryView(delivery, isBeingSent),
  }));
}

/** Finds lanes by the whole name, or by the part without the prefix. */
async function inLanes(text: string, chosen: readonly OperationsAccount[]): Promise<Hit[]> {
  const each = chosen.flatMap((account) =>
    lanesCalled(text, account).map(async (lane) => {
      const ids = await account.lists.inLane(lane, MOST_OF_A_LANE);
      return Promise.all(ids.map(async (id) => hitsBy({ by: "lane", chosen: [account] }, async () => id)));
    }),
  );
  return (await Promise.all(each)).flat(2);
}

function lanesCalled(text: string, { channels }: OperationsAccount): readonly string[] {
  const operations = channels.flatMap((channel) => Object.keys(channel.operations));
  const families = new Set(operations.map((name) => name.slice(0, name.indexOf("."))));
  return [text, `named:${text}`, ...[...families].map((family) => `${family}:${text}`)];
}
