/**
 * Messages of Yunzmall: nothing is sent. Other people create, read and handle them while Bida waits for them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { EnqueueInput } from "../../../operations/enqueue.ts";
import { countLies, exampleFile, renamed, type DemoPart } from "./scenario.ts";

export const messages: DemoPart = {
  name: "messages",
  account: "mall",
  file: exampleFile("messages"),
  again: (input, round) => ({
    ...input,
    key: renamed(input.key, round),
    payload: { ...input.payload, title: `${String(input.payload["title"])} ${round + 1}` },
  }),
  judge: (deliveries, ledger) => {
    const byTitle = new Map(ledger.messages.map((row) => [row.message_body.title, row]));
    return {
      duplicates: 0,
      lies: countLies(deliveries, ({ payload }) => {
        const row = byTitle.get(payload["title"]);
        if (row === undefined) return false;
        if (payload["state"] === "read") return row.status === 1;
        return payload["state"] !== "handled" || row.handle_status === 0;
      }),
    };
  },
};

const PEOPLE_TAKE_MS = 4_000;

/** Plays the people at Yunzmall: messages come in, and a little later they are read and handled. */
export async function playPeople(
  sandboxUrl: string,
  { awaited, signal }: { readonly awaited: readonly EnqueueInput[]; readonly signal: AbortSignal },
): Promise<void> {
  if (awaited.length === 0) return;
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await request(`${sandboxUrl}/_sandbox/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      signal,
    });
    return answer.body.json();
  };
  const made = awaited.map(({ payload }) => ({
    recipient_id: payload["recipient_id"],
    plugin: payload["plugin"],
    message_body: { head: "任务提醒", title: payload["title"], content: "", project_name: "默认项目" },
  }));
  const { ids } = (await post("messages", { messages: made })) as { ids: number[] };
  await sleep(PEOPLE_TAKE_MS, undefined, { signal });
  for (const [index, { payload }] of awaited.entries()) {
    if (payload["state"] !== "delivered")
      await post(`messages/${ids[index]}/${String(payload["state"])}`, {});
  }
}
