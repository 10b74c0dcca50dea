/**
 * `message.await`: nothing is sent, and only a message that the platform shows confirms the delivery.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { eventually } from "../support/eventually.ts";
import { startSystem, type YunzmallSystem } from "../support/system.ts";

let system: YunzmallSystem;
beforeEach(async () => {
  system = await startSystem({ platform: "yunzmall" });
});
afterEach(async () => system.close());

const body = (title: string) => ({
  head: "将状态更变为:进行中",
  title,
  content: "",
  project_name: "默认项目",
});

describe("an awaited message", () => {
  it("is proven by the list that shows it, without a send", async () => {
    const awaited = await system.awaitMessage({ title: "报销单", plugin: "project-manager", notice_type: 1 });
    const [messageId] = await system.addMessages([{ message_body: body("报销单") }]);

    const { state } = await system.ended(awaited);

    expect(state).toMatchObject({ status: "confirmed", sends: 0, receipt: { messageId: `${messageId}` } });
    expect(state.recipients[0]?.evidence).toMatchObject({
      kind: "list",
      note: `delivered: message ${messageId}`,
    });
  });

  it.each(["read", "handled"] as const)("is not proven to be %s before it is", async (wanted) => {
    const [messageId = 0] = await system.addMessages([{ message_body: body("报销单") }]);
    const awaited = await system.awaitMessage({ title: "报销单", state: wanted });
    await eventually(
      () => system.read(awaited),
      (delivery) => (delivery?.state.checkRound ?? 0) >= 2,
    );
    expect((await system.read(awaited))?.state.status).toBe("confirming");

    await system.change(messageId, wanted);

    const { state } = await system.ended(awaited);
    expect(state.recipients[0]?.evidence?.note).toBe(`${wanted}: message ${messageId}`);
  });

  it("waits for one that comes late, however often it was not there", async () => {
    const awaited = await system.awaitMessage({ title: "报销单", recipient_id: 2 });
    await eventually(
      () => system.read(awaited),
      (delivery) => (delivery?.state.checkRound ?? 0) >= 4,
    );

    await system.addMessages([{ message_body: body("报销单") }]);

    const { state } = await system.ended(awaited);
    expect(state).toMatchObject({ status: "confirmed", sends: 0, recipients: [{ id: "2", absences: 0 }] });
  });

  it("is another message when project, recipient, plugin or time differ", async () => {
    await system.addMessages([
      { message_body: { ...body("a"), project_name: "别的项目" } },
      { message_body: body("a"), recipient_id: 7 },
      { message_body: body("a"), plugin: "shop" },
      { message_body: body("a"), created_at: "2022-08-05 17:34:59" },
    ]);
    const awaited = await system.awaitMessage({
      title: "a",
      project_name: "默认项目",
      recipient_id: 2,
      plugin: "project-manager",
      since: "2022-08-05 17:35:00",
    });
    await eventually(
      () => system.read(awaited),
      (delivery) => (delivery?.state.checkRound ?? 0) >= 2,
    );
    expect((await system.read(awaited))?.state.status).toBe("confirming");

    const [right] = await system.addMessages([
      { message_body: body("a"), created_at: "2022-08-05 17:35:00" },
    ]);

    expect((await system.ended(awaited)).state.receipt).toEqual({ messageId: `${right}` });
  });

  it("survives a platform that refuses, fails and answers nonsense", async () => {
    await system.misbehave({
      script: [
        { fault: "broken-json", endpoint: "message.unread" },
        { fault: "error-before", endpoint: "message.unread" },
        { fault: "throttled", endpoint: "message.unread", retryAfterSeconds: 0 },
      ],
    });
    const [messageId] = await system.addMessages([{ message_body: body("报销单") }]);
    const awaited = await system.awaitMessage({ title: "报销单" });

    expect((await system.ended(awaited)).state.receipt).toEqual({ messageId: `${messageId}` });
  });
});

describe("a payload of message.await", () => {
  it.each([
    ["no criterion", {}, "/payload"],
    ["only a state", { state: "read" }, "/payload"],
    ["a misspelt criterion", { title: "a", recipent_id: 2 }, "/payload/recipent_id"],
    ["a title that is no text", { title: 7 }, "/payload/title"],
    ["an unknown state", { title: "a", state: "seen" }, "/payload/state"],
    ["a time without a day", { title: "a", since: "17:35:00" }, "/payload/since"],
    ["a recipient that is a list", { recipient_id: [2] }, "/payload/recipient_id"],
  ])("with %s is refused", async (_name, payload, pointer) => {
    const result = await system.producer.enqueue({ account: "mall", operation: "message.await", payload });

    expect(result).toMatchObject({ kind: "invalid", errors: [{ pointer }] });
  });
});
