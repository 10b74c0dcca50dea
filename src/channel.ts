/**
 * The entry `bida/channel`, for a platform of your own. Name its module in the configuration, `platforms:
 * [./my-platform.mjs]`; its default export is what `definePlatform` returns.
 *
 * `examples/platform/` is a complete one, with its contract test.
 */
export { definePlatform } from "./platforms/platform.ts";
export type { AccountBase, Platform, Probed, Probing, Target, WireOpening } from "./platforms/platform.ts";
export type { Channel, CheckRequest, Credentials, OperationSpec, SendRequest } from "./platforms/channel.ts";
export type { AccountAccess, AccountSettings, TokenAnswer, TokenSource } from "./platforms/account-access.ts";
export { classifyTransport, parseBody, probeRefusal, retryAfterOf } from "./platforms/classify-http.ts";
export { digestOf } from "./platforms/digest.ts";
export {
  PlatformWire,
  type PlatformAnswer,
  type PlatformCall,
  type Wire,
} from "./platforms/platform-http.ts";
export { EVERYBODY, type Evidence, type LedgerEntry } from "./delivery/ledger.ts";
export type { CheckOutcome, RecipientCheck, SendOutcome } from "./delivery/outcome.ts";
export type { Receipt } from "./delivery/record.ts";
/** The zod that Bida itself uses: `fields` and `input` of a platform must be its schemas. */
export { z } from "zod";
