/**
 * The floor's worker: takes due deliveries in batches, sends, saves in batches, checks, deletes.
 */
import { Redis } from "ioredis";
import { Pool } from "undici";
import type { Setting } from "../contender.ts";
import type { Todo } from "../todo.ts";
import { runAsWorker } from "../worker-process.ts";
import { CHECKS, PAYLOADS, SENDS } from "./keys.ts";

const SEND_PATH = "/gateway/newtodo/open/generatetodo.json?accessToken=bench";
const CHECK_PATH = "/gateway/newtodo/open/checkcreatetodo.json?accessToken=bench";
const HEADERS = { "content-type": "application/json" };
const LOOK_EVERY_MS = 5;
/** The most that one look takes from Redis. */
const MOST = 100;

/** Takes due deliveries off their list, with their payloads. If this worker dies, those in its hands are lost. */
const TAKE = `local ids = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", ARGV[1], "LIMIT", 0, ARGV[2])
if #ids == 0 then return {} end
redis.call("ZREM", KEYS[1], unpack(ids))
return { ids, redis.call("HMGET", KEYS[2], unpack(ids)) }`;

async function deliver(setting: Setting): Promise<{ stop(): Promise<void> }> {
  const { redisUrl, platformUrl, concurrency, checkAfterMs } = setting;
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const pool = new Pool(platformUrl, { connections: concurrency });
  let atWork = 0;
  let sent: string[] = [];
  let checked: string[] = [];

  const post = (path: string, { body, done }: { readonly body: string; readonly done: () => void }): void => {
    let text = "";
    const end = (): void => {
      atWork -= 1;
      done();
    };
    atWork += 1;
    pool.dispatch(
      { method: "POST", path, headers: HEADERS, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => {
          if (status !== 200) throw new Error(`the platform answered ${status}`);
        },
        onResponseData: (_controller, chunk) => {
          text += chunk.toString();
        },
        onResponseEnd: () => {
          JSON.parse(text);
          end();
        },
        onResponseError: (_controller, error) => {
          throw error;
        },
      },
    );
  };
  const save = (): void => {
    if (sent.length > 0) {
      const at = Date.now() + checkAfterMs;
      redis.zadd(CHECKS, ...sent.flatMap((id) => [at, id])).catch(fail);
      sent = [];
    }
    if (checked.length > 0) {
      redis.hdel(PAYLOADS, ...checked).catch(fail);
      checked = [];
    }
  };
  const ask = (id: string, payload: string): void => {
    const { appId, sourceId, params } = JSON.parse(payload) as Todo;
    const question = { sourcetype: appId, sourceitemid: sourceId, openId: params[0].openId };
    post(CHECK_PATH, { body: JSON.stringify(question), done: () => void checked.push(id) });
  };
  const send = (id: string, payload: string): void => {
    post(SEND_PATH, { body: payload, done: () => void sent.push(id) });
  };
  const take = (list: string, begin: (id: string, payload: string) => void): void => {
    const most = Math.min(MOST, concurrency - atWork);
    if (most <= 0) return;
    const beginAll = (found: unknown): void => {
      const [ids = [], payloads = []] = found as [string[]?, string[]?];
      for (const [index, id] of ids.entries()) begin(id, payloads[index] ?? "");
    };
    redis.eval(TAKE, 2, list, PAYLOADS, Date.now(), most).then(beginAll, fail);
  };
  const looking = setInterval(() => {
    save();
    take(CHECKS, ask);
    take(SENDS, send);
  }, LOOK_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(looking);
      await pool.destroy();
      redis.disconnect();
    },
  };
}

function fail(error: unknown): void {
  console.error(error);
}

await runAsWorker(deliver);
