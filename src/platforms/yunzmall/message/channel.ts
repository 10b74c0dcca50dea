/**
 * The channel of Yunzmall's messages: `message.await` (document 001).
 *
 * The platform has no API to write messages. So nothing is sent: a delivery is confirmed when the platform's
 * lists show a message that somebody else caused.
 */
import type { Channel, OperationSpec } from "../../channel.ts";
import { tryCall } from "../../try-credentials.ts";
import { ABOUT } from "./about.ts";
import { checkMessages } from "./check.ts";
import { awaitInput, recipientOf, type AwaitInput } from "./input.ts";

export const yunzmallMessage: Channel<AwaitInput> = {
  name: "yunzmall-message",
  operations: {
    "message.await": {
      about: ABOUT["message.await"],
      input: awaitInput,
      // Waiting changes nothing, so there is no order to keep.
      entity: () => null,
      recipients: (input) => [recipientOf(input)],
      recipientsPerSend: 1,
    } satisfies OperationSpec<AwaitInput>,
  },
  send: async () => ({ kind: "observing" }),
  tryCredentials: async (account, { signal }) =>
    tryCall(
      { bucket: "list", method: "GET", path: "/admin/message/unread", query: { page: "1" } },
      { account, signal },
    ),
  check: checkMessages,
};
