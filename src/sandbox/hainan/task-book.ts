/**
 * The tasks that the task centre really stored, one per (tenantId, bizTaskId),
 * and the packages (实例) that they belong to.
 *
 * Invariant (doc 003): a bizTaskId that was used before stores nothing again;
 * the ledger counts it.
 */
import { bigId } from "../big-ids.ts";
import type { Clock, Sequence } from "../clock.ts";
import { randomStream } from "../faults/random-stream.ts";

type TaskChange = {
  readonly seq: number;
  readonly at: number;
  readonly change: "store" | "finish" | "cancel";
  readonly effect: boolean;
};

export type Task = {
  readonly tenantId: string;
  readonly bizTaskId: string;
  readonly taskUuid: string;
  readonly packageUuid: string;
  readonly assigneeId: string;
  readonly creatorId: string;
  readonly subject: string;
  readonly storedAt: number;
  readonly packageStoredAt: number;
  /** All parameters of the create, as they were sent. */
  readonly parameters: Readonly<Record<string, string>>;
  stores: number;
  repeats: number;
  status: "open" | "finished" | "cancelled";
  readonly history: TaskChange[];
};

type NewTask = Pick<
  Task,
  "tenantId" | "bizTaskId" | "assigneeId" | "creatorId" | "subject" | "parameters"
> & { readonly packageUuid: string | null };

type Package = { readonly storedAt: number; readonly tasks: Task[] };

export class TaskBook {
  readonly #clock: Clock;
  readonly #sequence: Sequence;
  readonly #random = randomStream("uuid");
  readonly #hasBigIds: () => boolean;
  #made = 0;
  #byBusinessId = new Map<string, Task>();
  #byUuid = new Map<string, Task>();
  #packages = new Map<string, Package>();

  constructor(
    clock: Clock,
    {
      sequence,
      hasBigIds = () => false,
    }: { readonly sequence: Sequence; readonly hasBigIds?: () => boolean },
  ) {
    this.#clock = clock;
    this.#sequence = sequence;
    this.#hasBigIds = hasBigIds;
  }

  findByBusinessId(tenantId: string, bizTaskId: string): Task | null {
    return this.#byBusinessId.get(`${tenantId}\n${bizTaskId}`) ?? null;
  }

  find(taskUuid: string): Task | null {
    return this.#byUuid.get(taskUuid) ?? null;
  }

  hasPackage(packageUuid: string): boolean {
    return this.#packages.has(packageUuid);
  }

  /** A new task with ids of its own, not stored. */
  draft(entry: NewTask): Task {
    const at = this.#clock.now();
    const packageUuid = entry.packageUuid ?? this.#newUuid();
    return {
      ...entry,
      taskUuid: this.#newUuid(),
      packageUuid,
      storedAt: at,
      packageStoredAt: this.#packages.get(packageUuid)?.storedAt ?? at,
      stores: 1,
      repeats: 0,
      status: "open",
      history: [],
    };
  }

  store(task: Task): void {
    this.#byBusinessId.set(`${task.tenantId}\n${task.bizTaskId}`, task);
    this.#byUuid.set(task.taskUuid, task);
    const known = this.#packages.get(task.packageUuid);
    if (known) known.tasks.push(task);
    else this.#packages.set(task.packageUuid, { storedAt: task.storedAt, tasks: [task] });
    this.#write(task, { change: "store", effect: true });
  }

  countRepeat(task: Task): void {
    task.repeats += 1;
    this.#write(task, { change: "store", effect: false });
  }

  /**
   * Ends the task, or with `wholePackage` all tasks of its package; a task that is not open any more stays as
   * it is.
   */
  end(
    task: Task,
    { change, wholePackage }: { readonly change: "finish" | "cancel"; readonly wholePackage: boolean },
  ): void {
    const tasks = wholePackage ? (this.#packages.get(task.packageUuid)?.tasks ?? []) : [task];
    for (const each of tasks) {
      this.#write(each, { change, effect: each.status === "open" });
      if (each.status === "open") each.status = change === "finish" ? "finished" : "cancelled";
    }
  }

  list(): Iterable<Task> {
    return this.#byUuid.values();
  }

  reset(): void {
    this.#byBusinessId.clear();
    this.#byUuid.clear();
    this.#packages.clear();
  }

  #newUuid(): string {
    this.#made += 1;
    if (this.#hasBigIds()) return bigId(this.#made);
    const word = (): string =>
      Math.floor(this.#random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0");
    return `${word()}${word()}${word()}${word()}`;
  }

  #write(
    task: Task,
    { change, effect }: { readonly change: TaskChange["change"]; readonly effect: boolean },
  ): void {
    task.history.push({ seq: this.#sequence.next(), at: this.#clock.now(), change, effect });
  }
}
