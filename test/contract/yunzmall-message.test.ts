/**
 * Messages: nothing is sent; one is to be delivered, one to be read.
 */
import { yunzmallMessage } from "../../src/platforms/yunzmall/message/channel.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import { describeChannelContract } from "./channel-contract.ts";

const DELIVERED = "智慧园区任务已送达";
const READ = "智慧园区任务已阅";

const body = (title: string) => ({ head: "任务提醒", title, content: "", project_name: "默认项目" });

describeChannelContract({
  channel: yunzmallMessage as Channel,
  settings: { platform: "yunzmall" },
  endpoints: { "message.unread": "read", "message.waitHandle": "read", "message.read": "read" },
  shape: {
    account: (url) =>
      `{ platform: yunzmall, baseUrl: "${url}/business/1", allowHttp: true, rate: { list: 200/s } }`,
    orders: () => [
      { operation: "message.await", payload: { title: DELIVERED } },
      { operation: "message.await", payload: { title: READ, state: "read" } },
    ],
    meanwhile: async (control) => {
      const messages = [DELIVERED, READ].map((title) => ({ message_body: body(title) }));
      const { ids } = await control<{ ids: number[] }>("messages", { messages });
      // Handled too: it has left every list but the last.
      for (const state of ["read", "handled"]) await control(`messages/${ids[1]}/${state}`, {});
    },
  },
  stored: null,
  evidence: ["list"],
  marker: DELIVERED,
  good: {
    send: null,
    check: {
      result: 1,
      msg: "",
      data: {
        data: [
          {
            id: 7,
            recipient_id: 2,
            plugin: "project-manager",
            notice_type: "1",
            status: 0,
            handle_status: 1,
            created_at: "2022-08-05 17:00:00",
            message_body: body(DELIVERED),
          },
        ],
        next_page_url: null,
        total: 1,
      },
    },
  },
});
