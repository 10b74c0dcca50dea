/**
 * The package `bida-client`: a client of Bida's HTTP API. It needs only `fetch`: Node 20 and newer, or a
 * browser.
 */
export {
  BidaClient,
  hasEnded,
  type CallOptions,
  type ClientOptions,
  type WaitOptions,
} from "./doors/client/bida-client.ts";
export { ExactNumber, type Numbers } from "./doors/client/answer-numbers.ts";
export {
  BatchError,
  BidaError,
  NotFinished,
  type ErrorCode,
  type ErrorFacts,
} from "./doors/client/errors.ts";
export type { DeadLetters } from "./doors/client/dead-letters.ts";
export type * from "./doors/client/types.ts";
