/**
 * One script call for all that one turn of the event loop asks of a script, and for all that is asked while the call
 * before is under way: a round saves its two hundred decisions in a few calls, and each costs Redis and the worker a
 * fraction of a call of its own. A full batch leaves at once, and nothing waits longer than a moment.
 *
 * Items stand for themselves: one that fails is rejected alone. No batch is so long that Redis' other
 * callers would feel it.
 */

type Argument = string | number | Buffer;
type Run = (...args: Argument[]) => Promise<unknown>;

interface Item<Reply> {
  readonly args: readonly Argument[];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_A_BATCH = 50;
/** In UTF-16 units. */
const LONG = 100;
/** How long a batch waits for the reply of the one before, at most. */
const LONGEST_WAIT_MS = 10;

/** What a script sees beside its ARGV when it is called for one thing: as in a batch of one. */
export const ALONE = "local seen, last, ending = {}, nil, nil\n";

/** Does each item, then writes what they have gathered; what fails takes back what it has written. */
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
    take_back(before)
    local why = type(reply) == "table" and reply.err or tostring(reply)
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
 * The script `once` as one that takes many. Its arguments are one text, of JSON: the arguments that all items
 * share, then those of each item. A long text or bytes are an argument of their own, and in the JSON stands `false`
 * for the next of them: within a text of JSON each of its quotation marks is escaped by the client, and read one by one by Redis.
 * The replies are one text of JSON: each short argument and each part of a reply of its own would cost the client more
 * than what it holds.
 *
 * Beside its own ARGV an item sees SHARED, the arguments of all; `items`, all of the call; `now_us()`, the
 * one moment of the call; `seen`, what an item before it has read; `last`, commands by key that are run
 * once, after all items; `ending`, functions that are called after those; and `undo`, functions that take back what an
 * item has written, called if it or what is written for all fails: Redis takes nothing back by itself. What its
 * libraries gather (lib/index) is written once for all.
 *
 * @param libraries the text of what `once` includes, lib/index among it
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

/** @typeParam Reply what the script answers for one item */
export class ScriptBatch<Reply = unknown> {
  readonly #run: Run;
  readonly #mostUnderWay: number;
  #items: Item<Reply>[] = [];
  #shared: readonly Argument[] = [];

  /** Calls under way. */
  #underWay = 0;
  #waiting: NodeJS.Timeout | null = null;

  /**
   * @param run calls a script made by `batched`
   * @param mostUnderWay what is not full waits while so many are under way: with two, Redis is never idle between them
   */
  constructor(run: Run, mostUnderWay = 1) {
    this.#run = run;
    this.#mostUnderWay = mostUnderWay;
  }

  /** @param shared the same for every call, as a rule: only those that agree in them travel together */
  call(shared: readonly Argument[], ...args: Argument[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (!areEqual(shared, this.#shared)) this.#flush();
      this.#shared = shared;
      const count = this.#items.push({ args, resolve, reject });
      if (count === 1) setImmediate(() => this.#flushSoon());
      if (count === MOST_IN_A_BATCH) this.#flush();
    });
  }

  /** At the end of a turn. */
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

  /** Async, so that arguments that cannot be written reject the items too. */
  async #ask(items: readonly Item<Reply>[]): Promise<unknown> {
    return this.#run(...argumentsOf(this.#shared, items));
  }

  #replied(): void {
    this.#underWay -= 1;
    // What the reply makes others ask in this turn travels along.
    if (this.#waiting !== null) setImmediate(() => this.#flushSoon());
  }
}

function areEqual(some: readonly Argument[], others: readonly Argument[]): boolean {
  return some.length === others.length && some.every((argument, index) => argument === others[index]);
}

/** As `batched` takes them. */
function argumentsOf(shared: readonly Argument[], items: readonly Pick<Item<unknown>, "args">[]): Argument[] {
  const all: Argument[] = [""];
  const beside = (argument: string | Buffer): false => {
    all.push(argument);
    return false;
  };
  const placed = (argument: Argument): string | false => {
    if (typeof argument === "number") return String(argument);
    if (typeof argument === "object") return beside(argument);
    // Half a surrogate pair is no text that Redis could read: it is replaced, as where bytes are written of it.
    const text = argument.toWellFormed();
    return text.length < LONG ? text : beside(text);
  };
  all[0] = JSON.stringify([shared.map(placed), ...items.map(({ args }) => args.map(placed))]);
  return all;
}

/** In place of a reply, of an item that failed. */
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
