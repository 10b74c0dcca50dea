/**
 * The configuration of `bida up` without one: an account on each of the sandbox' platforms.
 */
import { SANDBOX_ACCOUNTS, sandboxAccounts } from "../sandbox-accounts.ts";

interface Playground {
  readonly redisUrl: string;
  readonly sandboxUrl: string;
  readonly port: number;
}

export function playground({ redisUrl, sandboxUrl, port }: Playground): string {
  return `redis: { url: "${redisUrl}" }
api: { port: ${port} }
${sandboxAccounts(sandboxUrl)}callbacks: { allowHosts: [127.0.0.1, localhost], secret: sandbox-callback-secret-of-bida-up, allowPrivate: true, allowHttp: true }
intake:
  bullmq: { producer: up, accounts: [${SANDBOX_ACCOUNTS.join(", ")}] }
  stream: { producer: up, accounts: [${SANDBOX_ACCOUNTS.join(", ")}] }
`;
}
