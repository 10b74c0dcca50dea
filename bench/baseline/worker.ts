/**
 * The baseline's worker, as a good engineer would write it on BullMQ without our promises: send, save the step,
 * come back 50 ms later, check, complete.
 */
import { DelayedError, Worker, type Job } from "bullmq";
import { Redis } from "ioredis";
import { Pool } from "undici";
import { runAsWorker, sayEnded } from "../worker-process.ts";
import type { Setting } from "../contender.ts";
import { QUEUE, type TodoJob } from "./queue.ts";

const TOKEN_PATH = "/gateway/oauth2/token/getAccessToken";
const SEND_PATH = "/gateway/newtodo/open/generatetodo.json";
const CHECK_PATH = "/gateway/newtodo/open/checkcreatetodo.json";

async function deliver({
  redisUrl,
  platformUrl,
  concurrency,
  checkAfterMs,
  saysWhatEnds = false,
}: Setting): Promise<{ stop(): Promise<void> }> {
  const pool = new Pool(platformUrl, { connections: concurrency });
  const post = async (path: string, json: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    const { statusCode, body } = await pool.request({
      method: "POST",
      path,
      headers,
      body: JSON.stringify(json),
    });
    if (statusCode !== 200) throw new Error(`the platform answered ${statusCode}`);
    return body.json();
  };
  const { data } = (await post(TOKEN_PATH, { appId: "10101", secret: "s" })) as {
    data: { accessToken: string };
  };
  const query = `?accessToken=${data.accessToken}`;

  const process = async (job: Job<TodoJob>, token?: string): Promise<void> => {
    const { step, todo } = job.data;
    if (step === "send") {
      const answer = (await post(`${SEND_PATH}${query}`, todo)) as { success: string };
      if (answer.success !== "true") throw new Error("the platform refused the todo");
      await job.updateData({ step: "check", todo });
      await job.moveToDelayed(Date.now() + checkAfterMs, token);
      throw new DelayedError();
    }
    const question = { sourcetype: todo.appId, sourceitemid: todo.sourceId, openId: todo.params[0].openId };
    const { data } = (await post(`${CHECK_PATH}${query}`, question)) as { data: { undelCount: number } };
    if (data.undelCount < 1) throw new Error("the todo is not there");
  };

  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const worker = new Worker<TodoJob>(QUEUE, process, { connection, concurrency });
  if (saysWhatEnds) worker.on("completed", (job) => sayEnded(job.data.todo.sourceId));
  worker.on("error", (error) => console.error(error));
  worker.on("failed", (_job, error) => console.error(error));
  return {
    stop: async () => {
      await worker.close();
      await connection.quit();
      await pool.close();
    },
  };
}

await runAsWorker(deliver);
