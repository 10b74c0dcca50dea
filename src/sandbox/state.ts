/**
 * The whole state of a sandbox: time, accounts, settings, stored objects, calls, and planned faults.
 */
import { type Account, Accounts } from "./accounts.ts";
import { CallLog, Violations } from "./call-log.ts";
import { type Clock, createSequence, type Sequence } from "./clock.ts";
import { Dooms } from "./faults/dooms.ts";
import { FaultPlan } from "./faults/fault-plan.ts";
import { Rates } from "./rates.ts";
import { type Settings, type SettingsChange, settingsWith } from "./settings.ts";
import { TaskBook } from "./hainan/task-book.ts";
import { AccessTokens } from "./yunzhijia/access-tokens.ts";
import { ScheduleBook } from "./yunzhijia/schedule-book.ts";
import { TodoBook } from "./yunzhijia/todo-book.ts";
import { TodoChecks } from "./yunzhijia/todo-checks.ts";
import { MessageBook } from "./yunzmall/message-book.ts";

export type StateOptions = {
  readonly clock: Clock;
  readonly seed: string;
  readonly accounts: readonly Account[];
  readonly settings: Settings;
};

export class SandboxState {
  readonly clock: Clock;
  readonly sequence: Sequence = createSequence();
  readonly accounts: Accounts;
  readonly calls = new CallLog();
  readonly violations = new Violations();
  readonly rates: Rates;
  readonly faults: FaultPlan;
  readonly dooms = new Dooms();
  readonly tokens: AccessTokens;
  readonly todos: TodoBook;
  readonly todoChecks: TodoChecks;
  readonly schedules: ScheduleBook;
  readonly tasks: TaskBook;
  readonly messages: MessageBook;
  readonly #settingsAtStart: Settings;
  #settings: Settings;

  constructor({ clock, seed, accounts, settings }: StateOptions) {
    this.clock = clock;
    this.#settingsAtStart = settings;
    this.#settings = settings;
    this.accounts = new Accounts(accounts);
    this.rates = new Rates(clock);
    this.faults = new FaultPlan(seed, clock);
    this.tokens = new AccessTokens(clock, () => this.#settings);
    this.todos = new TodoBook(clock, this.sequence);
    this.todoChecks = new TodoChecks(clock);
    const hasBigIds = (): boolean => this.#settings.bigIds;
    this.schedules = new ScheduleBook(clock, { sequence: this.sequence, hasBigIds });
    this.tasks = new TaskBook(clock, { sequence: this.sequence, hasBigIds });
    this.messages = new MessageBook(clock, hasBigIds);
  }

  get settings(): Settings {
    return this.#settings;
  }

  change(settings: SettingsChange): void {
    this.#settings = settingsWith(this.#settings, settings);
  }

  /** Resets everything; with `tokens` also the tokens that clients hold. */
  reset({ tokens }: { readonly tokens: boolean }): void {
    this.#settings = this.#settingsAtStart;
    for (const part of [this.accounts, this.calls, this.violations, this.rates, this.faults]) part.reset();
    for (const book of [this.todos, this.todoChecks, this.schedules, this.tasks, this.messages]) book.reset();
    if (tokens) this.tokens.killAll(null);
  }
}
