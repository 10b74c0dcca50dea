/**
 * The contract (ARCHITECTURE section 8): every call of the API.
 */
import type { Call } from "./call.ts";
import { accountCalls } from "./contract/account-calls.ts";
import { deliveryCalls } from "./contract/delivery-calls.ts";
import { deadLetterCalls } from "./contract/dead-letter-calls.ts";
import { fleetCalls } from "./contract/fleet-calls.ts";
import { intakeCalls } from "./contract/intake-calls.ts";
import { operationCalls } from "./contract/operation-calls.ts";
import { processCalls } from "./contract/process-calls.ts";
import { sandboxCalls } from "./contract/sandbox-calls.ts";
import { searchCalls } from "./contract/search-calls.ts";
import { sessionCalls } from "./contract/session-calls.ts";

export const calls = {
  ...deliveryCalls,
  ...deadLetterCalls,
  ...accountCalls,
  ...operationCalls,
  ...intakeCalls,
  ...searchCalls,
  ...fleetCalls,
  ...sessionCalls,
  ...sandboxCalls,
  ...processCalls,
} as const;

export const contract: readonly Call[] = Object.values(calls);
