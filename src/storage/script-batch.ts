/**
 * One script call for all that one turn of the event loop asks of a script: a round saves its two
 * hundred decisions in a few calls, and each costs Redis and the worker a fraction of a call of its own.
 *
 * Items stand for themselves: one that fails is rejected alone. No batch is so long that Redis' other
 * callers would feel it.
 */

type Argument = string | number;
type Run = (...args: Argument[]) => Promise<unknown>;

interface Item {
  readonly args: readonly Argument[];
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_A_BATCH = 50;

/** The script `once` as one that takes many: for each item its number of arguments, and the arguments. */
export function batched(once: string): string {
  return `local function once(KEYS, ARGV)
${once}
end
local replies, at = {}, 1
while ARGV[at] do
  local count = tonumber(ARGV[at])
  local ok, reply = pcall(once, KEYS, { unpack(ARGV, at + 1, at + count) })
  if not ok then
    reply = { "failed", type(reply) == "table" and reply.err or tostring(reply) }
  end
  replies[#replies + 1] = reply
  at = at + count + 1
end
return replies`;
}

export class ScriptBatch {
  readonly #run: Run;
  #items: Item[] = [];

  /** @param run calls a script made by `batched` */
  constructor(run: Run) {
    this.#run = run;
  }

  async call(...args: Argument[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const count = this.#items.push({ args, resolve, reject });
      if (count === 1) setImmediate(() => this.#flush());
      if (count === MOST_IN_A_BATCH) this.#flush();
    });
  }

  #flush(): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    const all: Argument[] = [];
    for (const { args } of items) all.push(args.length, ...args);
    this.#run(...all).then(
      (replies) => settle(items, replies as unknown[]),
      (error: unknown) => items.forEach(({ reject }) => reject(error)),
    );
  }
}

function settle(items: readonly Item[], replies: readonly unknown[]): void {
  for (const [index, { resolve, reject }] of items.entries()) {
    const reply = replies[index];
    if (Array.isArray(reply) && reply[0] === "failed") reject(new Error(String(reply[1])));
    else resolve(reply);
  }
}
