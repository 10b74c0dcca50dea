/**
 * One part of the demo: what one business system enqueues, and how it is judged by the platform's ledger.
 */
import type { Delivery } from "../../../delivery/record.ts";
import type { EnqueueInput } from "../../../operations/enqueue.ts";

export type PartName = "todos" | "schedules" | "tasks" | "messages";

export interface DemoPart {
  readonly name: PartName;
  readonly account: string;
  /** JSON lines under `examples/`, each an enqueue input; repeated with other names if more are needed. */
  readonly file: URL;
  /** The same order for another entity. */
  readonly again: (input: EnqueueInput, round: number) => EnqueueInput;
  readonly judge: (deliveries: readonly Delivered[], ledger: SandboxLedger) => Verdict;
}

/** A delivery, and the payload that was ordered. */
export type Delivered = Delivery & Pick<EnqueueInput, "payload">;

interface Verdict {
  /** How many times the platform stored more than one for an order and recipient. */
  readonly duplicates: number;
  /** How many were called confirmed but are not on the platform, or dead as unproven but are. */
  readonly lies: number;
}

interface Change {
  readonly change: string;
  readonly effect: boolean;
}

/** The rows of the sandbox's ledger, as far as the demo reads them. */
export interface SandboxLedger {
  readonly todos: readonly {
    readonly sourceId: string;
    readonly openId: string;
    readonly stores: number;
    readonly repeats: number;
  }[];
  readonly schedules: readonly {
    readonly id: string;
    readonly content: string;
    readonly workStatus: number;
    readonly history: readonly Change[];
  }[];
  readonly tasks: readonly {
    readonly assigneeId: string;
    readonly subject: string;
    readonly stores: number;
  }[];
  readonly messages: readonly {
    readonly id: number;
    readonly status: number;
    readonly handle_status: number;
    readonly message_body: { readonly title?: unknown };
  }[];
  readonly violations: Readonly<Record<string, number>>;
}

export function exampleFile(name: string): URL {
  return new URL(`../../../../examples/${name}.jsonl`, import.meta.url);
}

export function renamed(key: string | undefined, round: number): string {
  return `${key ?? "example"}-${round + 1}`;
}

/** Counts deliveries whose state contradicts the platform's ledger. */
export function countLies(
  deliveries: readonly Delivered[],
  isThere: (delivery: Delivered) => boolean,
): number {
  return deliveries.filter((delivery) => {
    const { status, reason } = delivery.state;
    if (status === "confirmed") return !isThere(delivery);
    return reason === "unproven" && isThere(delivery);
  }).length;
}
