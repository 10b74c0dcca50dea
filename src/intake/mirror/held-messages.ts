/**
 * Messages that were read and not worked on yet. They are worked on together, and at the latest when they have reached
 * a number of bytes, so that a list of any length takes a bounded amount of memory.
 */
import type { Message } from "../../platforms/messages.ts";

export type Work = (messages: readonly Message[]) => Promise<void>;

/** As JSON; as objects they take a few times as much. */
const MOST_HELD_BYTES = 4 * 1_024 * 1_024;

export class HeldMessages {
  readonly #work: Work;
  readonly #held = new Map<string, Message>();
  readonly #workedOn = new Set<string>();
  #bytes = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Resolves when another page may be read. */
  async add(messages: readonly Message[]): Promise<void> {
    for (const message of messages) {
      if (this.#workedOn.has(message.id)) continue;
      this.#held.set(message.id, message);
      this.#bytes += bytesOf(message);
    }
    if (this.#bytes >= MOST_HELD_BYTES) await this.workOff();
  }

  async workOff(): Promise<void> {
    const messages = [...this.#held.values()];
    for (const { id } of messages) this.#workedOn.add(id);
    this.#held.clear();
    this.#bytes = 0;
    await this.#work(messages);
  }
}

function bytesOf({ row }: Message): number {
  return JSON.stringify(row)?.length ?? 0;
}
