/**
 * Connections that will be reset: a load balancer that forgot an idle connection resets it when the next
 * request comes, before or after the platform has performed that.
 */
import type { Socket } from "node:net";
import type { Fault } from "./catalogue.ts";

type ResetOnReuse = Extract<Fault, { fault: "reset-on-reuse" }>;

/** The fault of the next call on the connection, instead of one of its own. */
type Doom = { readonly fault: Fault };

export class Dooms {
  readonly #doomed = new WeakMap<Socket, Doom>();

  pronounce(connection: Socket, { after }: ResetOnReuse): void {
    const fault: Fault = after ? { fault: "cut-after", midAnswer: false } : { fault: "refuse" };
    this.#doomed.set(connection, { fault });
  }

  take(connection: Socket): Doom | null {
    return this.#doomed.get(connection) ?? null;
  }
}
