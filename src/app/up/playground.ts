/**
 * The configuration that `bida up` uses by default: an account on each platform of the sandbox.
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
