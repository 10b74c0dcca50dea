/**
 * What `bida up` prints when everything runs: addresses, and commands to try.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Running {
  readonly url: string;
  readonly key: string;
  /** A login link for the console: works once, within ten minutes. */
  readonly console: string;
  readonly redis: string;
  /** Null when the accounts are those of a configuration. */
  readonly sandbox: string | null;
  readonly accounts: readonly string[];
}

/** Commands that send a todo to the sandbox: over HTTP, and directly into Redis. */
function sample(command: string): string {
  const payload = {
    appId: "500041933",
    sourceId: "first-1",
    title: "请假审批",
    headImg: "https://oa.example.com/leave.png",
    url: "https://oa.example.com/leave/1",
    params: [{ openId: "5a9090be44963150c2c059e6" }],
  };
  const order = { account: "yzj", operation: "todo.create", payload: { ...payload, sourceId: "first-2" } };
  return `  ${command} send --account yzj --operation todo.create --wait --payload '${JSON.stringify(payload)}'
  redis-cli -u "$REDIS_URL" XADD bida:intake '*' order '${JSON.stringify(order)}'
`;
}

/** @param command how commands begin in the reader's terminal: `bida`, or `npx bida` */
export function greeting({ url, key, console, redis, sandbox, accounts }: Running, command: string): string {
  return `Bida is up: ${url}   (the API's pages: ${url}/docs)

  console    ${console}
             (logs in once, within ten minutes; another: ${command} sessions link)

  export BIDA_URL=${url}
  export BIDA_KEY=${key}
  export REDIS_URL=${redis}

  accounts   ${accounts.join(", ")}${sandbox === null ? "" : `\n  sandbox    ${sandbox}/_sandbox/ledger   (what the pretend platforms stored)`}

Then, in another terminal:

${sandbox === null ? "" : sample(command)}  ${command} list
  ${command} accounts

Ctrl-C stops it all${sandbox === null ? "" : " and leaves nothing behind, deliveries included"}.
`;
}

/** `npx bida` in a checkout, where `bida` is not on the PATH. */
export function commandOn(path: string): "bida" | "npx bida" {
  return path.split(delimiter).some(hasBida) ? "bida" : "npx bida";
}

function hasBida(folder: string): boolean {
  // npm adds this folder to the PATH of its own children only.
  if (folder === "" || folder.endsWith(join("node_modules", ".bin"))) return false;
  try {
    accessSync(join(folder, "bida"), constants.X_OK);
    return true;
  } catch {
    // Not in this folder.
    return false;
  }
}
