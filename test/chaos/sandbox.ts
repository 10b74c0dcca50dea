/**
 * The sandbox as the judge controls and reads it, without a relay in between.
 */
import { request } from "undici";
import { TIME_SCALE } from "./pace.ts";

interface Deed {
  readonly seq: number;
  readonly at: number;
  readonly change: string;
  /** False if it changed nothing. */
  readonly effect: boolean;
}

export interface LedgerTodo {
  readonly sourceId: string;
  readonly openId: string;
  readonly visibleAt: number;
  readonly dealVisibleAt: number;
  readonly deletedVisibleAt: number;
  readonly deal: boolean;
  readonly read: boolean;
  readonly deleted: boolean;
  readonly history: readonly Deed[];
}

interface LedgerSchedule {
  readonly id: unknown;
  readonly actors: readonly string[];
  readonly visibleAt: number;
  readonly history: readonly Deed[];
}

interface LedgerTask {
  readonly subject: string;
  readonly taskUuid: string;
  readonly assigneeId: string;
  readonly history: readonly Deed[];
}

export interface PlatformCallEntry {
  readonly seq: number;
  readonly at: number;
  readonly endpoint: string;
  readonly account: string | null;
  readonly entity: string | null;
  readonly outcome: string;
  readonly fault: string | null;
}

interface Rows {
  readonly todos: readonly LedgerTodo[];
  readonly schedules: readonly LedgerSchedule[];
  readonly tasks: readonly LedgerTask[];
  readonly violations: Readonly<Record<string, number>>;
}

/** What the platforms really stored, by the keys that orders know. */
export class SandboxLedger {
  readonly violations: Readonly<Record<string, number>>;
  readonly #todos: ReadonlyMap<string, LedgerTodo>;
  readonly #schedules: Partial<Record<string, LedgerSchedule[]>>;
  readonly #tasks: Partial<Record<string, LedgerTask[]>>;

  readonly calls: readonly PlatformCallEntry[];
  readonly #callsByEntity: Partial<Record<string, PlatformCallEntry[]>>;

  /** Number of ids that do not fit into a JavaScript number. */
  readonly bigIds: number;

  constructor({ todos, schedules, tasks, violations }: Rows, calls: readonly PlatformCallEntry[]) {
    this.bigIds = [...schedules.map(({ id }) => id), ...tasks.map(({ taskUuid }) => taskUuid)].filter(
      (id) => /^\d{16,19}$/.test(String(id)) && !Number.isSafeInteger(Number(id)),
    ).length;
    this.violations = violations;
    this.calls = calls;
    this.#callsByEntity = Object.groupBy(calls, ({ entity }) => entity ?? "");
    this.#todos = new Map(todos.map((todo) => [`${todo.sourceId} ${todo.openId}`, todo]));
    this.#schedules = Object.groupBy(schedules, ({ actors }) => actors[0] ?? "");
    this.#tasks = Object.groupBy(tasks, ({ subject }) => subject);
  }

  todo(sourceId: string, openId: string): LedgerTodo | null {
    return this.#todos.get(`${sourceId} ${openId}`) ?? null;
  }

  /** The calls about one entity that reached the platform, in order. */
  callsOf(entity: string): readonly PlatformCallEntry[] {
    return this.#callsByEntity[entity] ?? [];
  }

  schedulesOf(actor: string): readonly LedgerSchedule[] {
    return this.#schedules[actor] ?? [];
  }

  tasksOf(subject: string): readonly LedgerTask[] {
    return this.#tasks[subject] ?? [];
  }
}

export class SandboxControl {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async misbehave(faults: unknown): Promise<void> {
    await this.#ask("faults", faults);
  }

  async set(settings: unknown): Promise<void> {
    await this.#ask("settings", settings);
  }

  async settings(): Promise<{ readonly duplicateBizTask: string; readonly bigIds: boolean }> {
    return this.#ask("settings");
  }

  /** Switches each reading to the next one, and small ids to big ones. */
  async readTheOtherWay(): Promise<void> {
    const { bigIds } = await this.settings();
    // If a repeat is answered with somebody else's task, a lost one cannot be proven; and the meaning of
    // queryByDay is learned only once for each account.
    await this.#ask("readings", { next: true, without: ["foreign", "queryByDay"] });
    await this.set({ bigIds: !bigIds });
  }

  /** The readings of the documents that it follows, in words. */
  async readings(): Promise<readonly string[]> {
    return (await this.#ask<{ words: string }[]>("readings")).map(({ words }) => words);
  }

  /** Causes this fault on every call for this long, in real time. */
  async misbehaveFor(fault: string, forMs: number): Promise<void> {
    await this.misbehave({ script: [{ fault, forMs: forMs / TIME_SCALE }] });
  }

  /** Sets the same secret again, which makes the platform revoke every token. */
  async killTokens(): Promise<void> {
    await this.#ask("accounts", { appId: "500041933", secret: "sandbox-app-secret" });
    await this.#ask("accounts", { eid: "123456", resGroupSecret: "sandbox-schedule-secret" });
  }

  async ledger(): Promise<SandboxLedger> {
    return new SandboxLedger(await this.#ask<Rows>("ledger"), await this.#ask("calls"));
  }

  async #ask<T>(door: string, body?: unknown): Promise<T> {
    const call = body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) };
    const answer = await request(`${this.#url}/_sandbox/${door}`, call);
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the sandbox refused ${door}: ${text}`);
    return JSON.parse(text) as T;
  }
}
