/**
 * Where the command line does its work: an API over HTTP, or, when the API is down, the
 * same door opened in this process straight on Redis.
 */
import { BidaClient } from "../client/bida-client.ts";
import type { UncheckedPayloads } from "../client/types.ts";

export interface Connection {
  readonly client: BidaClient<UncheckedPayloads>;
  /** For people: where this connection is. */
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
  /** How long a call may go on repeating what is safe to repeat. */
  readonly patienceMs?: number | undefined;
}

/** A person is waiting at the terminal. */
const PATIENCE_MS = 3_000;

interface HttpConnectOptions {
  readonly url: string;
  readonly key: string | null;
  readonly patienceMs?: number | undefined;
}

export function httpConnection({ url, key, patienceMs = PATIENCE_MS }: HttpConnectOptions): Connection {
  return {
    client: new BidaClient({ url, key, patienceMs, numbers: "exact" }),
    where: url,
    close: async () => undefined,
  };
}
