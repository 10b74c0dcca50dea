/**
 * How many rounds of checks each channel of an account has under way in this process. One whose rounds take long,
 * through a list of many pages say, has its share and leaves the others theirs.
 */
import type { Channel } from "../platforms/channel.ts";
import { familiesOf } from "./account-context.ts";

/** Rounds of one channel at once. */
export const ROUNDS_A_CHANNEL = 4;

export class RoomsForChecks {
  readonly #rounds = new Map<Channel, number>();

  /** A round has begun that asks this channel; the returned function says, once, that it has its answers. */
  enter(channel: Channel): () => void {
    this.#rounds.set(channel, this.#of(channel) + 1);
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.#rounds.set(channel, this.#of(channel) - 1);
      hasLeft = true;
    };
  }

  /** The families of operations of those channels that have no room for another round. */
  fullFamilies(): string[] {
    return familiesOf([...this.#rounds.keys()].filter((channel) => this.#of(channel) >= ROUNDS_A_CHANNEL));
  }

  #of(channel: Channel): number {
    return this.#rounds.get(channel) ?? 0;
  }
}
