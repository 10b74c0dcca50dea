/**
 * How many rounds of checks each channel of an account has under way in this process. A channel whose rounds
 * take long (a list of many pages) is limited, so that the other channels get their checks.
 */
import type { Channel } from "../platforms/channel.ts";
import { familiesOf } from "./account-context.ts";

/** Rounds of one channel at once. */
export const ROUNDS_A_CHANNEL = 4;

export class RoomsForChecks {
  readonly #rounds = new Map<Channel, number>();

  /**
   * To be called when a round that asks this channel begins. Call the returned function when the channel has
   * answered; further calls do nothing.
   */
  enter(channel: Channel): () => void {
    this.#rounds.set(channel, this.#of(channel) + 1);
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.#rounds.set(channel, this.#of(channel) - 1);
      hasLeft = true;
    };
  }

  /** The families of operations of all channels that have no room for another round. */
  fullFamilies(): string[] {
    return familiesOf([...this.#rounds.keys()].filter((channel) => this.#of(channel) >= ROUNDS_A_CHANNEL));
  }

  #of(channel: Channel): number {
    return this.#rounds.get(channel) ?? 0;
  }
}
