/**
 * The sandbox of `bida up` over HTTP; no routes where there is no sandbox.
 */
import type { Caller } from "../../operations/caller.ts";
import type { Unavailable } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { notFound, unavailable } from "./problem.ts";
import { route, type Route } from "./route.ts";

interface SandboxFault {
  readonly fault: string;
  readonly times?: number;
  readonly forMs?: number | undefined;
}

export interface WaitingFault {
  readonly fault: string;
  readonly endpoint: string;
  /** How often it still happens; -1: until it is cleared, or its time is over. */
  readonly times: number;
}

/** One recipient of a delivery, as Bida sees it and as the platform has it. */
export interface SideBySide {
  readonly delivery: string;
  readonly key: string | null;
  readonly account: string;
  readonly operation: string;
  readonly recipient: string;
  readonly status: string;
  readonly recipientStatus: string;
  /** What the platform shows; null where it has nothing. */
  readonly stored: string | null;
  /** How often it was stored. More than once means that another platform might show it twice. */
  readonly copies: number;
  readonly marks: readonly string[];
}

/** `app/` provides it where the sandbox runs in the same process. */
export interface SandboxDoor {
  view(caller: Caller): Promise<
    | {
        readonly kind: "view";
        readonly items: readonly SideBySide[];
        readonly faults: readonly WaitingFault[];
        readonly calls: Readonly<Record<string, number>>;
      }
    | Unavailable
  >;
  /** Sets a fault; null clears all faults. */
  change(fault: SandboxFault | null, caller: Caller): Promise<readonly WaitingFault[]>;
}

const NO_SANDBOX = notFound("there is no sandbox here: `bida up` without a configuration brings one");

export function sandboxRoutes(door: SandboxDoor | null): Route[] {
  return [
    route(calls.showSandbox, async ({ caller }) => {
      if (door === null) return NO_SANDBOX;
      const view = await door.view(caller);
      if (view.kind === "unavailable") return unavailable(view);
      const { items, faults, calls } = view;
      return { status: 200, body: { items, faults, calls } };
    }),
    route(calls.changeSandbox, async ({ body, caller }) => {
      if (door === null) return NO_SANDBOX;
      const faults = await door.change("clear" in body ? null : body, caller);
      return { status: 200, body: { faults } };
    }),
  ];
}
