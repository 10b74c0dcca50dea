/**
 * One script call for all that one turn of the event loop asks of a script: a round saves its two
 * hundred decisions in a few calls, and each costs Redis and the worker a fraction of a call of its own.
 *
 * Items stand for themselves: one that fails is rejected alone. No batch is so long that Redis' other
 * callers would feel it.
 */

type Argument = string | number | Buffer;
type Run = (...args: Argument[]) => Promise<unknown>;

interface Item {
  readonly args: readonly Argument[];
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_A_BATCH = 50;

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
 * share, then those of each item. Where bytes are among them, they are not packed: the number of shared arguments,
 * those, and for each item its number of arguments, and the arguments. The replies are one text of JSON: each
 * argument and each part of a reply of its own would cost the client more than what it holds.
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
if string.byte(ARGV[1]) == 91 then
  items = cjson.decode(ARGV[1])
  SHARED = table.remove(items, 1)
else
  local at = tonumber(ARGV[1]) + 2
  for i = 2, at - 1 do
    SHARED[i - 1] = ARGV[i]
  end
  while ARGV[at] do
    local count = tonumber(ARGV[at])
    items[#items + 1] = { unpack(ARGV, at + 1, at + count) }
    at = at + count + 1
  end
end
${EACH_ITEM}`;
}

export class ScriptBatch {
  readonly #run: Run;
  #items: Item[] = [];
  #shared: readonly Argument[] = [];

  /** @param run calls a script made by `batched` */
  constructor(run: Run) {
    this.#run = run;
  }

  /** @param shared the same for every call, as a rule: only those that agree in them travel together */
  call(shared: readonly Argument[], ...args: Argument[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!areEqual(shared, this.#shared)) this.#flush();
      this.#shared = shared;
      const count = this.#items.push({ args, resolve, reject });
      if (count === 1) setImmediate(() => this.#flush());
      if (count === MOST_IN_A_BATCH) this.#flush();
    });
  }

  #flush(): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.#run(...argumentsOf(this.#shared, items))
      .then((replies) => settle(items, JSON.parse(String(replies)) as unknown[]))
      .catch((error: unknown) => items.forEach(({ reject }) => reject(error)));
  }
}

function areEqual(some: readonly Argument[], others: readonly Argument[]): boolean {
  return some.length === others.length && some.every((argument, index) => argument === others[index]);
}

/** As `batched` takes them. */
function argumentsOf(shared: readonly Argument[], items: readonly Pick<Item, "args">[]): Argument[] {
  const lists = [shared, ...items.map(({ args }) => args)];
  const packed = lists.some((args) => args.some(isBytes)) ? null : JSON.stringify(lists.map(textsOf));
  if (packed !== null) return [packed];
  return lists.flatMap((args) => [args.length, ...args]);
}

function isBytes(argument: Argument): argument is Buffer {
  return typeof argument === "object";
}

/** Half a surrogate pair is no text that Redis could read: it is replaced, as where bytes are written of it. */
function textsOf(args: readonly Argument[]): string[] {
  return args.map((argument) => (typeof argument === "string" ? argument.toWellFormed() : String(argument)));
}

function settle(items: readonly Item[], replies: readonly unknown[]): void {
  for (const [index, { resolve, reject }] of items.entries()) {
    const reply = replies[index];
    if (Array.isArray(reply) && reply[0] === "failed") reject(new Error(String(reply[1])));
    else resolve(reply);
  }
}
