/**
 * The client for Bida's API: for Node 20 and newer, and browsers. It needs only `fetch`.
 *
 * ```ts
 * const bida = new BidaClient({ url: "http://127.0.0.1:8080", key: "bida_…" });
 * const { id } = await bida.send({ account: "yzj", operation: "todo.create", payload: { … } });
 * const delivery = await bida.waitUntilFinished(id, { timeoutMs: 120_000 });
 * ```
 *
 * A call that fails rejects with a `BidaError`: status, code, and every wrong field.
 */
import type { Numbers } from "./answer-numbers.ts";
import { watchLive } from "./live.ts";
import { DeadLetters } from "./dead-letters.ts";
import { NotFinished } from "./errors.ts";
import { Sessions } from "./sessions.ts";
import { sendBatch } from "./send-batch.ts";
import { pause, Transport, type OnWait } from "./transport.ts";
import type {
  About,
  Accepted,
  AccountDetail,
  AccountState,
  RetiredAccount,
  AnyOrder,
  AuditFilter,
  AuditPage,
  BatchItem,
  Delivery,
  DeliveryFilter,
  DescribedOperation,
  DoctorFindings,
  DeliveryPage,
  ExportFormat,
  HeldLanePage,
  InspectedDelivery,
  KeptObjective,
  LiveState,
  Me,
  Paging,
  Payloads,
  Probed,
  RefusedOrderPage,
  SandboxOrder,
  SandboxState,
  SearchHit,
  Stats,
  SystemState,
  SloQuery,
  StatsQuery,
  WorkerState,
} from "./types.ts";

export interface ClientOptions {
  readonly url: string;
  /** The API key, as `bida key new` printed it. */
  readonly key?: string | null;
  readonly fetch?: typeof fetch;
  /** The time limit for one answer, in ms; default 10,000. Less than 2,000 is too short while Redis fails over. */
  readonly timeoutMs?: number;
  /** How long a call may be retried where that is safe, in ms; default 20,000, 0 for never. */
  readonly patienceMs?: number;
  /** True on the console's own pages, where the browser has a session instead of a key. */
  readonly isConsole?: boolean;
  /**
   * How numbers in answers are returned. `plain`, the default: integers beyond 2^53 are `bigint`, all others
   * numbers. `exact`: numbers that a JavaScript number would write differently (`1.0`, many decimals) are
   * `ExactNumber`s. In requests all of these keep every digit.
   */
  readonly numbers?: Numbers;
  /** Called before each pause after which a call is retried; `waitedMs` counts from its beginning, pause included. */
  readonly onWait?: OnWait;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** In ms. Default: until the delivery ends, at its deadline at the latest. */
  readonly timeoutMs?: number;
}

const LONGEST_WAIT_SECONDS = 30;
/** Longer than the default, because the API asks platforms first. */
const ASKS_WITHIN_MS = 40_000;
const NOT_TOO_OFTEN_MS = 250;

/** @typeParam P the payload of each operation; add those of a platform of your own: `BidaClient<Payloads & Mine>` */
export class BidaClient<P = Payloads> {
  readonly deadLetters: DeadLetters;
  readonly sessions: Sessions;
  readonly #transport: Transport;
  readonly #patienceMs: number;

  constructor(options: ClientOptions) {
    const {
      url,
      key = null,
      fetch: given,
      timeoutMs = 10_000,
      patienceMs = 20_000,
      isConsole = false,
      numbers = "plain",
      onWait = () => undefined,
    } = options;
    // Wrapped, because a browser's fetch must not be called as a method of another object.
    const ask: typeof fetch = given ?? ((input, init) => fetch(input, init));
    this.#transport = new Transport({
      url,
      key,
      fetch: ask,
      timeoutMs,
      patienceMs,
      isConsole,
      numbers,
      onWait,
    });
    this.#patienceMs = patienceMs;
    this.deadLetters = new DeadLetters(this.#transport);
    this.sessions = new Sessions(this.#transport);
  }

  /**
   * Sends one delivery. Resolves when Bida has acknowledged it. An order without a key gets one, so that it can
   * be retried safely.
   */
  async send(order: AnyOrder<P>, { signal }: CallOptions = {}): Promise<Accepted> {
    return this.#transport.json({
      path: "/v1/deliveries",
      body: withKey(order),
      isRepeatable: true,
      signal,
    });
  }

  /**
   * Sends any number of orders: returns one result for each, in order; a refused one does not affect the
   * others. @throws BatchError
   */
  async sendBatch(orders: readonly AnyOrder<P>[], { signal }: CallOptions = {}): Promise<BatchItem[]> {
    return sendBatch(orders.map(withKey), {
      transport: this.#transport,
      options: { patienceMs: this.#patienceMs, signal },
    });
  }

  async get(
    id: string,
    options: { readonly include?: readonly ("timeline" | "payload" | "callback")[] } & CallOptions = {},
  ): Promise<InspectedDelivery> {
    const { include = [], signal } = options;
    const query = include.length === 0 ? {} : { include: include.join(",") };
    return this.#transport.json({ path: pathOf(id), query, isRepeatable: true, signal });
  }

  /** Resolves when the delivery is confirmed, dead, discarded or cancelled. @throws NotFinished after `timeoutMs` */
  async waitUntilFinished(id: string, { timeoutMs = Infinity, signal }: WaitOptions = {}): Promise<Delivery> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const askedAt = performance.now();
      const leftMs = Math.max(0, until - askedAt);
      const wait = Math.min(LONGEST_WAIT_SECONDS, Math.ceil(leftMs / 1_000));
      const delivery = await this.#transport.json<Delivery>({
        path: pathOf(id),
        query: { wait },
        isRepeatable: true,
        timeoutMs: (wait + 10) * 1_000,
        signal,
      });
      if (hasEnded(delivery)) return delivery;
      if (performance.now() >= until) throw new NotFinished(delivery);
      // Waits a little, because an API that is stopping answers at once.
      await pause(Math.max(0, NOT_TOO_OFTEN_MS - (performance.now() - askedAt)), signal);
    }
  }

  async list(filter: DeliveryFilter = {}): Promise<DeliveryPage> {
    return this.#transport.json({ path: "/v1/deliveries", query: { ...filter }, isRepeatable: true });
  }

  /** Cancels a delivery of which nothing was sent. @throws BidaError with code `tooLate` otherwise */
  async cancel(id: string, note?: string): Promise<Delivery> {
    const body = note === undefined ? {} : { note };
    return this.#transport.json({ path: `${pathOf(id)}/cancel`, body, isRepeatable: false });
  }

  /** Version and environment of this Bida; needs no key. */
  async about(): Promise<About> {
    return this.#transport.json({ path: "/v1/about", isRepeatable: true });
  }

  /** The name, role and accounts of the key or session. */
  async me(): Promise<Me> {
    return this.#transport.json({ path: "/v1/me", isRepeatable: true });
  }

  /** The operations of the caller's accounts, each with the JSON Schema of its payload. */
  async operations(): Promise<readonly DescribedOperation[]> {
    const { items } = await this.#transport.json<{ items: DescribedOperation[] }>({
      path: "/v1/operations",
      isRepeatable: true,
    });
    return items;
  }

  /** Orders that the intake refused, the latest first. */
  async refusedOrders(paging: Paging & { readonly include?: "order" } = {}): Promise<RefusedOrderPage> {
    return this.#transport.json({ path: "/v1/intake/refused", query: { ...paging }, isRepeatable: true });
  }

  async accounts(): Promise<readonly AccountState[]> {
    const { items } = await this.#transport.json<{ items: AccountState[] }>({
      path: "/v1/accounts",
      isRepeatable: true,
    });
    return items;
  }

  /** One account, with its latest errors, the changes of its breaker, and its settings. */
  async account(name: string): Promise<AccountDetail> {
    return this.#transport.json({ path: `/v1/accounts/${encodeURIComponent(name)}`, isRepeatable: true });
  }

  /** Pauses an account. With `until` (milliseconds since 1970, or ISO 8601) it resumes by itself. */
  async pauseAccount(
    name: string,
    pause: { readonly note?: string | undefined; readonly until?: string | number | undefined } = {},
  ): Promise<AccountState> {
    return this.#switch(name, { to: "pause", body: pause });
  }

  async resumeAccount(name: string, note?: string): Promise<AccountState> {
    return this.#switch(name, { to: "resume", body: { note } });
  }

  /** Tries an account's credentials with calls that change nothing. If all are taken, a hold of the account ends. */
  async probeAccount(name: string, note?: string): Promise<Probed> {
    return this.#transport.json({
      path: `/v1/accounts/${encodeURIComponent(name)}/probe`,
      body: note === undefined ? {} : { note },
      isRepeatable: true,
      timeoutMs: ASKS_WITHIN_MS,
    });
  }

  /** Ends a hold or an open breaker without asking the platform; needs the key of an admin. */
  async releaseAccount(name: string, note: string): Promise<AccountState> {
    return this.#transport.json({
      path: `/v1/accounts/${encodeURIComponent(name)}/release`,
      body: { note },
      isRepeatable: true,
    });
  }

  /** The running processes. */
  async workers(): Promise<readonly WorkerState[]> {
    const { items } = await this.#transport.json<{ items: WorkerState[] }>({
      path: "/v1/workers",
      isRepeatable: true,
    });
    return items;
  }

  /**
   * What Bida depends on: Redis, and what workers hold; with `config` also the configuration in force, without
   * secrets.
   */
  async system({ include }: { readonly include?: "config" } = {}): Promise<SystemState> {
    const query = include === undefined ? {} : { include };
    return this.#transport.json({ path: "/v1/system", query, isRepeatable: true });
  }

  /** How many deliveries were accepted, confirmed or died over time. */
  async stats(query: StatsQuery = {}): Promise<Stats> {
    return this.#transport.json({ path: "/v1/stats", query: { ...query }, isRepeatable: true });
  }

  /** How well each account that has an objective keeps it, and what is left of its error budget. */
  async slo(query: SloQuery = {}): Promise<readonly KeptObjective[]> {
    const { items } = await this.#transport.json<{ items: KeptObjective[] }>({
      path: "/v1/slo",
      query: { ...query },
      isRepeatable: true,
    });
    return items;
  }

  /** The findings of `bida doctor`, run where the API is. */
  async doctor(): Promise<DoctorFindings> {
    const { items } = await this.#transport.json<{ items: DoctorFindings }>({
      path: "/v1/doctor",
      isRepeatable: true,
      timeoutMs: ASKS_WITHIN_MS,
    });
    return items;
  }

  /** The live state, whenever it changes, until `signal` aborts. Lost connections are reopened. */
  live(signal: AbortSignal): AsyncGenerator<LiveState> {
    return watchLive(this.#transport, signal);
  }

  /** Retires an account that has left the configuration. With `force`, its unfinished deliveries end at once. */
  async retireAccount(
    name: string,
    order: { readonly note: string; readonly force?: boolean },
  ): Promise<RetiredAccount> {
    return this.#transport.json({
      path: `/v1/accounts/${encodeURIComponent(name)}/retire`,
      body: order,
      isRepeatable: true,
    });
  }

  /** The latest deliveries, beside what the sandbox of `bida up` has stored. */
  async sandbox(): Promise<SandboxState> {
    return this.#transport.json({ path: "/v1/sandbox", isRepeatable: true });
  }

  /** Makes the sandbox misbehave; `clear` ends that. */
  async misbehave(order: SandboxOrder): Promise<SandboxState["faults"]> {
    const { faults } = await this.#transport.json<Pick<SandboxState, "faults">>({
      path: "/v1/sandbox/faults",
      body: order,
      isRepeatable: false,
    });
    return faults;
  }

  async audit(filter: AuditFilter = {}): Promise<AuditPage> {
    return this.#transport.json({ path: "/v1/audit", query: { ...filter }, isRepeatable: true });
  }

  /** Exports all matching entries of the audit log, the latest first. The export is itself audited. */
  async exportAudit(
    filter: Omit<AuditFilter, "limit" | "cursor"> & { readonly format?: ExportFormat } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#transport.stream({ path: "/v1/audit/export", query: { ...filter }, isRepeatable: true });
  }

  /** Finds what an id or a name belongs to: the whole text, looked up in indexes. */
  async search(text: string): Promise<readonly SearchHit[]> {
    const { items } = await this.#transport.json<{ items: SearchHit[] }>({
      path: "/v1/search",
      query: { q: text },
      isRepeatable: true,
    });
    return items;
  }

  /** The lanes that a dead letter holds. */
  async heldLanes(filter: Paging & { readonly account?: string } = {}): Promise<HeldLanePage> {
    return this.#transport.json({ path: "/v1/lanes", query: { ...filter }, isRepeatable: true });
  }

  async #switch(
    name: string,
    { to, body }: { readonly to: "pause" | "resume"; readonly body: object },
  ): Promise<AccountState> {
    return this.#transport.json({
      path: `/v1/accounts/${encodeURIComponent(name)}/${to}`,
      body,
      isRepeatable: true,
    });
  }
}

export function hasEnded({ status }: Pick<Delivery, "status">): boolean {
  return status === "confirmed" || status === "dead" || status === "discarded" || status === "cancelled";
}

function pathOf(id: string): string {
  return `/v1/deliveries/${encodeURIComponent(id)}`;
}

/** The key is made once for each call, so that every retry has the same one. */
function withKey(order: object): object {
  if (typeof order !== "object" || order === null || ("key" in order && order.key !== undefined))
    return order;
  const random = crypto.getRandomValues(new Uint8Array(16));
  return { ...order, key: Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
