/**
 * Live state for watchers (`GET /v1/stream`): read once every few seconds for all of them, and only while
 * somebody watches. Each watcher gets the part that it may see, when that part has changed.
 */
import { listAccounts, type AccountView } from "./accounts.ts";
import { mayShow, actionView, type ActionView } from "./bulk.ts";
import { mayAccess, type Caller } from "./caller.ts";
import type { OperationsContext } from "./context.ts";

interface LiveView {
  readonly accounts: readonly AccountView[];
  /** Running actions, and those that ended last. */
  readonly actions: readonly ActionView[];
}

export interface LiveMessage {
  /** Identifies this state: a watcher that has seen it does not get it again. */
  readonly id: string;
  readonly view: LiveView;
}

interface LiveOptions {
  readonly everyMs: number;
  /** A digest of a text. */
  readonly digest: (text: string) => string;
  readonly onError: (error: unknown) => void;
}

const MOST_ACTIONS = 20;
const EVERYBODY: Caller = { name: "live", role: "operator", accounts: null };

export class Live {
  readonly #context: OperationsContext;
  readonly #options: LiveOptions;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | null = null;
  #latest: Read | null = null;
  #isStopped = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(context: OperationsContext, options: LiveOptions) {
    this.#context = context;
    this.#options = options;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /**
   * Yields messages until `gone` aborts or the process stops; null now and then while nothing changes, as a
   * heartbeat.
   *
   * @param seen the id of the last message that this caller has, from an earlier connection
   */
  async *watch(
    caller: Caller,
    {
      seen,
      gone,
      idleMs,
    }: { readonly seen: string | null; readonly gone: AbortSignal; readonly idleMs: number },
  ): AsyncGenerator<LiveMessage | null> {
    const watcher = new Watcher();
    this.#watchers.add(watcher);
    const leave = (): void => watcher.ring();
    gone.addEventListener("abort", leave, { once: true });
    try {
      if (this.#timer === null) this.#look();
      else if (this.#latest !== null) watcher.ring();
      let last = seen;
      while (!gone.aborted && !this.#isStopped) {
        const rang = await watcher.wait(idleMs);
        if (gone.aborted || this.#isStopped) return;
        const message = this.#latest === null ? null : this.#messageFor(caller, this.#latest);
        if (message !== null && message.id !== last) {
          last = message.id;
          yield message;
        } else if (!rang) yield null;
      }
    } finally {
      gone.removeEventListener("abort", leave);
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    }
  }

  /** Ends all watchers; resolves when no read is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#rest();
    for (const watcher of this.#watchers) watcher.ring();
    await this.#reading;
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#latest = null;
  }

  /** Reads the state. The next read waits for this one, however slow Redis is. */
  #look(): void {
    const lookAgain = async (): Promise<void> => {
      await this.#reading;
      if (this.#timer === timer) this.#look();
    };
    const timer = setTimeout(() => void lookAgain(), this.#options.everyMs);
    this.#timer = timer;
    this.#reading = this.#read().catch(this.#options.onError);
  }

  async #read(): Promise<void> {
    const [accounts, actions] = await Promise.all([
      listAccounts({ caller: EVERYBODY }, this.#context),
      this.#context.actions.list(MOST_ACTIONS, null),
    ]);
    if (accounts.kind === "unavailable" || this.#timer === null) return;
    this.#latest = { accounts: accounts.items, actions: actions.actions };
    for (const watcher of this.#watchers) watcher.ring();
  }

  #messageFor(caller: Caller, read: Read): LiveMessage {
    const view = {
      accounts: read.accounts.filter(({ name }) => mayAccess(caller, name)),
      actions: read.actions.filter((action) => mayShow(action, caller)).map((action) => actionView(action)),
    };
    return { id: this.#options.digest(JSON.stringify(steady(view))), view };
  }
}

interface Read {
  readonly accounts: readonly AccountView[];
  readonly actions: readonly Parameters<typeof actionView>[0][];
}

/** The state without ages: these grow all the time, which does not count as a change. */
function steady({ accounts, actions }: LiveView): unknown {
  return {
    accounts: accounts.map(({ oldestAgeMs: _age, tokens, ...rest }) => ({
      ...rest,
      tokens: tokens.map(({ scope, present }) => ({ scope, present })),
    })),
    actions,
  };
}

/** A watcher that waits for the next state. */
class Watcher {
  #rang = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  /** Whether there was a new state within this time. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#rang) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }
}
