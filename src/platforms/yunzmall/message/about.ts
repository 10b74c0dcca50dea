/**
 * What the contract says about `message.await`: the criteria, in the fields of document 001.
 */
import type { About } from "../../channel.ts";

export const ABOUT = {
  "message.await": {
    summary: "Waits until a message that somebody else caused stands in the platform's lists",
    source: "document 001 (unread, read, waitHandle)",
    fields: {
      id: "The message's own id.",
      plugin: "The plugin that it comes from.",
      notice_type: "Its kind.",
      recipient_id: "The staff id that it is for.",
      head: "The complete message_body.",
      title: "The complete message_body.",
      content: "The complete message_body.",
      project_name: "The complete message_body.",
      since:
        "Not created before: 2022-08-05 17:35:00 (Asia/Shanghai), or ISO 8601. Without it, an old message proves the delivery too.",
      state: "The state to wait for: delivered, read or handled.",
    },
    example: {
      plugin: "project-manager",
      recipient_id: 2,
      title: "智慧园区任务000001",
      state: "delivered",
    },
  },
} as const satisfies Record<string, About>;
