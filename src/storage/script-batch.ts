/**
 * Batches calls of a script: one call for everything that one turn of the event loop asks for, and for
 * everything that is asked while the call before is under way. So a round saves two hundred decisions in a few
 * calls, and each decision costs Redis and the worker a fraction of a call. A full batch leaves at once, and no
 * item waits longer than `LONGEST_WAIT_MS`.
 *
 * Items are independent: one that fails is rejected alone. Batches are short, so that Redis' other callers do
 * not wait for them.
 */

type Argument = string | number | Buffer;
type Run = (...args: Argument[]) => Promise<unknown>;

interface Item<Reply> {
  readonly args: readonly Argument[];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_A_BATCH = 50;
/** Longer texts are arguments of their own; in UTF-16 units. */
const LONG = 100;
/** How long a batch waits for the reply of the one before, at most. */
const LONGEST_WAIT_MS = 10;

/** The variables of `batched`, for a script that is called for a single item. */
export const ALONE = "local seen, last, ending = {}, nil, nil\n";

/** Runs each item, then writes what the items have gathered. An item that fails has its writes undone. */
const EACH_ITEM = `local function take_back(from)
  for i = #undo, from + 1, -1 do
    pcall(undo[i])
    undo[i] = nil
  end
end
local replies = {}
for i, item in ipairs(items) do
  local before = #undo
  local ok, reply = pcall(once, KEYS, item)
  if ok then
    keep()
  else
    drop()
    local why = type(reply) == "table" and reply.err or tostring(reply)
    -- Memory is full. Redis says so only before the first write of a call, so there is nothing to undo; and a DEL
    -- would be a write, after which Redis would let the items that follow write what it has no room for.
    if string.find(why, "OOM command not allowed", 1, true) then
      for at = #undo, before + 1, -1 do
        undo[at] = nil
      end
    end
    take_back(before)
    -- About the server and not about the item: ioredis is to look for another one, and nothing was written.
    if string.find(why, "READONLY", 1, true) then
      error(reply)
    end
    reply = { "failed", why }
  end
  replies[i] = reply
end
local ok, why = pcall(function()
  flush()
  for _, command in pairs(last) do
    redis.call(unpack(command))
  end
  for _, finish in ipairs(ending) do
    finish()
  end
end)
if not ok then
  take_back(0)
  error(why)
end
return cjson.encode(replies)`;

/**
 * Turns the script `once`, which handles one item, into one that handles many. Its first argument is a JSON
 * text: the arguments that all items share, then those of each item. Long texts and bytes are further
 * arguments, and `false` stands in the JSON for the next one of them: inside the JSON, the client would escape
 * each of their quotation marks and Redis unescape it. The replies are one JSON text, because many short
 * arguments or parts of a reply would cost the client more than parsing JSON.
 *
 * Beside its own ARGV an item sees SHARED, the shared arguments; `items`, all items of the call; `now_us()`,
 * one time for the whole call; `seen`, what earlier items have read; `last`, commands by key that run once,
 * after all items; `ending`, functions that are called after those; and `undo`, functions that undo an item's
 * writes if it, or the writing for all, fails: Redis itself undoes nothing. What the libraries gather
 * (lib/index) is written once for all items.
 *
 * @param libraries the text of the files that `once` includes, lib/index among them
 */
export function batched(once: string, libraries: string): string {
  return `local SHARED, items, seen, last, ending, undo, moment = {}, {}, {}, {}, {}, {}, nil
local function now_us()
  if not moment then
    local time = redis.call("TIME")
    moment = time[1] * 1000000 + time[2]
  end
  return moment
end
${libraries}
local function once(KEYS, ARGV)
${once}
end
items = cjson.decode(ARGV[1])
local text = 1
for _, item in ipairs(items) do
  for i = 1, #item do
    if not item[i] then
      text = text + 1
      item[i] = ARGV[text]
    end
  end
end
for i, value in ipairs(table.remove(items, 1)) do
  SHARED[i] = value
end
${EACH_ITEM}`;
}

/** @typeParam Reply what the script returns for one item */
export class ScriptBatch<Reply = unknown> {
  readonly #run: Run;
  readonly #mostUnderWay: number;
  #items: Item<Reply>[] = [];
  #shared: readonly Argument[] = [];

  /** Calls under way. */
  #underWay = 0;
  #waiting: NodeJS.Timeout | null = null;

  /**
   * @param run calls a script that `batched` has made
   * @param mostUnderWay a batch that is not full waits while this many are under way. With two, Redis is never
   * idle between batches
   */
  constructor(run: Run, mostUnderWay = 1) {
    this.#run = run;
    this.#mostUnderWay = mostUnderWay;
  }

  /** @param shared usually the same in every call: only calls with the same shared arguments go into one batch */
  call(shared: readonly Argument[], ...args: Argument[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (!areEqual(shared, this.#shared)) this.#flush();
      this.#shared = shared;
      const count = this.#items.push({ args, resolve, reject });
      if (count === 1) setImmediate(() => this.#flushSoon());
      if (count === MOST_IN_A_BATCH) this.#flush();
    });
  }

  /** Called at the end of a turn of the event loop. */
  #flushSoon(): void {
    if (this.#underWay < this.#mostUnderWay) this.#flush();
    else if (this.#items.length > 0) this.#waiting ??= setTimeout(() => this.#flush(), LONGEST_WAIT_MS);
  }

  #flush(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.#underWay += 1;
    this.#ask(items)
      .then((replies) => settle(items, JSON.parse(String(replies)) as (Reply | Failed)[]))
      .catch((error: unknown) => items.forEach(({ reject }) => reject(error)))
      .finally(() => this.#replied());
  }

  /** Async, so that the items are also rejected when their arguments cannot be written. */
  async #ask(items: readonly Item<Reply>[]): Promise<unknown> {
    return this.#run(...argumentsOf(this.#shared, items));
  }

  #replied(): void {
    this.#underWay -= 1;
    // With `setImmediate`, so that calls which this reply causes in the same turn join the batch.
    if (this.#waiting !== null) setImmediate(() => this.#flushSoon());
  }
}

function areEqual(some: readonly Argument[], others: readonly Argument[]): boolean {
  return some.length === others.length && some.every((argument, index) => argument === others[index]);
}

/** The arguments in the form that a script made by `batched` takes. */
function argumentsOf(shared: readonly Argument[], items: readonly Pick<Item<unknown>, "args">[]): Argument[] {
  const all: Argument[] = [""];
  const beside = (argument: string | Buffer): false => {
    all.push(argument);
    return false;
  };
  const placed = (argument: Argument): string | false => {
    if (typeof argument === "number") return String(argument);
    if (typeof argument === "object") return beside(argument);
    // Half of a surrogate pair has no UTF-8 form; it is replaced, as writing it as bytes would do.
    const text = argument.toWellFormed();
    return text.length < LONG ? text : beside(text);
  };
  all[0] = JSON.stringify([shared.map(placed), ...items.map(({ args }) => args.map(placed))]);
  return all;
}

/** Stands in place of the reply of an item that failed. */
type Failed = readonly ["failed", why: string];

function settle<Reply>(items: readonly Item<Reply>[], replies: readonly (Reply | Failed)[]): void {
  let at = 0;
  for (const { resolve, reject } of items) {
    const reply = replies[at];
    at += 1;
    if (Array.isArray(reply) && reply[0] === "failed") reject(new Error(String(reply[1])));
    else resolve(reply as Reply);
  }
}
