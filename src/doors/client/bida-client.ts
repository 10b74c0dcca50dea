/**
 * Bida from a program: Node 20 and newer, or a browser. Needs nothing but `fetch`.
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
import { pause, Transport } from "./transport.ts";
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
  /** As `bida key new` printed it. */
  readonly key?: string | null;
  readonly fetch?: typeof fetch;
  /** For one answer; default 10 s. Shorter than 2 s is too short for a Redis that is just failing over. */
  readonly timeoutMs?: number;
  /** How long a call may go on repeating what is safe to repeat; default 20 s, 0 for never. */
  readonly patienceMs?: number;
  /** For the console's own pages, where the browser has a session in place of a key. */
  readonly isConsole?: boolean;
  /**
   * How numbers in answers are returned. `plain`, the default: integers beyond 2^53 are `bigint`, all others numbers.
   * `exact`: whatever a number would write in another way (`1.0`, many decimals) is an `ExactNumber`.
   * Requests keep every digit of both.
   */
  readonly numbers?: Numbers;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** Default: until it ends, which it does at its deadline. */
  readonly timeoutMs?: number;
}

const LONGEST_WAIT_SECONDS = 30;
/** Platforms take their time to answer. */
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
    } = options;
    // A browser's fetch refuses to be called as somebody's method.
    const ask: typeof fetch = given ?? ((input, init) => fetch(input, init));
    this.#transport = new Transport({ url, key, fetch: ask, timeoutMs, patienceMs, isConsole, numbers });
    this.#patienceMs = patienceMs;
    this.deadLetters = new DeadLetters(this.#transport);
    this.sessions = new Sessions(this.#transport);
  }

  /** Resolves when Bida has it. Without a key it gets one, so that repeating it is safe. */
  async send(order: AnyOrder<P>, { signal }: CallOptions = {}): Promise<Accepted> {
    return this.#transport.json({
      path: "/v1/deliveries",
      body: withKey(order),
      isRepeatable: true,
      signal,
    });
  }

  /** Any number of orders: one result for each, in order; a refused one does not affect the others. @throws BatchError */
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

  /** Resolves when it is confirmed, dead, discarded or cancelled. @throws NotFinished after `timeoutMs` */
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
      // An API that is stopping answers at once.
      await pause(Math.max(0, NOT_TOO_OFTEN_MS - (performance.now() - askedAt)), signal);
    }
  }

  async list(filter: DeliveryFilter = {}): Promise<DeliveryPage> {
    return this.#transport.json({ path: "/v1/deliveries", query: { ...filter }, isRepeatable: true });
  }

  /** Only what was never sent can be cancelled. */
  async cancel(id: string, note?: string): Promise<Delivery> {
    const body = note === undefined ? {} : { note };
    return this.#transport.json({ path: `${pathOf(id)}/cancel`, body, isRepeatable: false });
  }

  /** Which Bida this is; needs no key. */
  async about(): Promise<About> {
    return this.#transport.json({ path: "/v1/about", isRepeatable: true });
  }

  /** Whose key or session this is, and what it may do. */
  async me(): Promise<Me> {
    return this.#transport.json({ path: "/v1/me", isRepeatable: true });
  }

  /** What can be delivered, each operation with the JSON Schema of its payload. */
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

  /** With `until`, milliseconds since 1970 or ISO 8601, it goes on by itself then. */
  async pauseAccount(
    name: string,
    pause: { readonly note?: string | undefined; readonly until?: string | number | undefined } = {},
  ): Promise<AccountState> {
    return this.#switch(name, { to: "pause", body: pause });
  }

  async resumeAccount(name: string, note?: string): Promise<AccountState> {
    return this.#switch(name, { to: "resume", body: { note } });
  }

  /** Tries its credentials with calls that change nothing; where all are taken, a hold of the account ends. */
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

  /** The processes that run. */
  async workers(): Promise<readonly WorkerState[]> {
    const { items } = await this.#transport.json<{ items: WorkerState[] }>({
      path: "/v1/workers",
      isRepeatable: true,
    });
    return items;
  }

  /** What Bida depends on: Redis; with `config`, also the configuration in force, without secrets. */
  async system({ include }: { readonly include?: "config" } = {}): Promise<SystemState> {
    const query = include === undefined ? {} : { include };
    return this.#transport.json({ path: "/v1/system", query, isRepeatable: true });
  }

  /** What was accepted, proven and given up over time, as it was counted. */
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

  /** What `bida doctor` finds, from where the API is. */
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

  /** An account that has left the configuration; with `force`, what is unfinished in it ends at once. */
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

  /** The latest deliveries beside what the sandbox of `bida up` stored. */
  async sandbox(): Promise<SandboxState> {
    return this.#transport.json({ path: "/v1/sandbox", isRepeatable: true });
  }

  /** Makes the sandbox misbehave; `clear` lets it behave again. */
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

  /** The whole audit log that fits, the latest first. The export is itself audited. */
  async exportAudit(
    filter: Omit<AuditFilter, "limit" | "cursor"> & { readonly format?: ExportFormat } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#transport.stream({ path: "/v1/audit/export", query: { ...filter }, isRepeatable: true });
  }

  /** What an id or a name belongs to: the whole text, looked up in indexes. */
  async search(text: string): Promise<readonly SearchHit[]> {
    const { items } = await this.#transport.json<{ items: SearchHit[] }>({
      path: "/v1/search",
      query: { q: text },
      isRepeatable: true,
    });
    return items;
  }

  /** Lanes that a dead letter holds. */
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

/** Made once for each call: every repetition has the same one. */
function withKey(order: object): object {
  if (typeof order !== "object" || order === null || ("key" in order && order.key !== undefined))
    return order;
  const random = crypto.getRandomValues(new Uint8Array(16));
  return { ...order, key: Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
