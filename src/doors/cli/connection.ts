/**
 * The connection of a command: to an API over HTTP, or, when the API is down, to the same API in this process,
 * directly on Redis.
 */
import { BidaClient } from "../client/bida-client.ts";
import type { OnWait } from "../client/transport.ts";
import type { UncheckedPayloads } from "../client/types.ts";

export interface Connection {
  readonly client: BidaClient<UncheckedPayloads>;
  /** Where the connection leads, for people. */
  readonly where: string;
  close(): Promise<void>;
}

/** The flags that say where the connection is. */
export interface ConnectOptions {
  readonly url?: string | undefined;
  readonly keyFile?: string | undefined;
  /** A Redis URL, or `config` for the Redis of the configuration. */
  readonly redis?: string | undefined;
  readonly config?: string | undefined;
  /** How long, in ms, a call may be retried where that is safe. */
  readonly patienceMs?: number | undefined;
  readonly onWait?: OnWait | undefined;
}

/** A person is waiting at the terminal. */
const PATIENCE_MS = 3_000;

interface HttpConnectOptions {
  readonly url: string;
  readonly key: string | null;
  readonly patienceMs?: number | undefined;
  readonly onWait?: OnWait | undefined;
  readonly fetch: typeof fetch;
}

export function httpConnection({
  url,
  key,
  patienceMs = PATIENCE_MS,
  onWait = () => undefined,
  fetch,
}: HttpConnectOptions): Connection {
  return {
    client: new BidaClient({ url, key, patienceMs, fetch, numbers: "exact", onWait }),
    where: url,
    close: async () => undefined,
  };
}
