import { describe, expect, it } from "vitest";
import { json, type Row, type SandboxClient, startedSandbox } from "./sandbox-client.ts";

const base = "/business/1/admin/message";

async function page(sandbox: SandboxClient, target: string): Promise<Row & { data: Row[] }> {
  return json(await sandbox.get(`${base}/${target}`)).data as Row & { data: Row[] };
}

async function add(sandbox: SandboxClient, messages: readonly Row[]): Promise<void> {
  await sandbox.control("messages", { messages });
}

describe("Yunzmall's message lists", () => {
  it("page as Laravel does, newest first, 20 a page", async () => {
    await using sandbox = await startedSandbox();
    await add(
      sandbox,
      Array.from({ length: 45 }, () => ({})),
    );

    const first = await page(sandbox, "unread");
    const last = await page(sandbox, "unread?page=3");
    const beyond = await page(sandbox, "unread?page=4");

    const path = `${sandbox.url}${base}/unread`;
    expect(first).toMatchObject({
      current_page: 1,
      first_page_url: `${path}?page=1`,
      from: 1,
      last_page: 3,
      last_page_url: `${path}?page=3`,
      next_page_url: `${path}?page=2`,
      path,
      per_page: 20,
      prev_page_url: null,
      to: 20,
      total: 45,
      unreadMum: 45,
      waitHandleNum: 45,
    });
    expect(first.data.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => 45 - index));
    expect(last).toMatchObject({ next_page_url: null, from: 41, to: 45 });
    expect(beyond).toMatchObject({ data: [], from: null, to: null, next_page_url: null });
  });

  it("answer in the envelope of document 001", async () => {
    await using sandbox = await startedSandbox();
    await add(sandbox, [{ recipient_id: 9, message_body: { head: "h" } }]);

    const answer = json(await sandbox.get(`${base}/waitHandle`));

    expect(answer).toMatchObject({ result: 1, msg: "list" });
    expect(answer.data).toMatchObject({
      data: [
        {
          id: 1,
          business_id: 1,
          recipient_id: 9,
          notice_type: "1",
          handle_status: 1,
          status: 0,
          created_at: "2026-01-05 12:00:00",
        },
      ],
    });
  });

  it("follow what happens to a message, handled and read being two things", async () => {
    await using sandbox = await startedSandbox();
    await add(sandbox, [{}, {}]);

    await sandbox.control("messages/1/read", {});
    await sandbox.control("messages/2/handled", {});

    const ids = async (list: string): Promise<unknown> =>
      (await page(sandbox, list)).data.map(({ id }) => id);
    expect([await ids("unread"), await ids("read"), await ids("waitHandle")]).toEqual([[2], [1], [1]]);
    expect((await sandbox.control("messages/3/read", {})).status).toBe(404);
  });

  it("filter by notice_type and plugin, and keep businesses apart", async () => {
    await using sandbox = await startedSandbox();
    await add(sandbox, [{ notice_type: "2" }, { plugin: "shop" }, { business_id: 2 }]);

    expect((await page(sandbox, "unread?notice_type=2")).data).toMatchObject([{ id: 1 }]);
    expect((await page(sandbox, "unread?plugin=shop")).data).toMatchObject([{ id: 2 }]);
    expect((await page(sandbox, "unread")).data).toHaveLength(2);
    const other = json(await sandbox.get("/business/2/admin/message/unread"));
    expect(other.data).toMatchObject({ data: [{ id: 3 }] });
  });

  it("show a late message late", async () => {
    await using sandbox = await startedSandbox();
    await add(sandbox, [{ lateMs: 1_000 }]);

    const before = await page(sandbox, "unread");
    sandbox.now.ms += 1_000;
    const after = await page(sandbox, "unread");

    expect([before.total, after.total]).toEqual([0, 1]);
  });

  it("refuse a call without the right header, in either form", async () => {
    await using sandbox = await startedSandbox({ settings: { mallAuthorization: "Bearer x" } });

    const none = await sandbox.get(`${base}/unread`);
    await sandbox.control("settings", { mallRefusal: "200" });
    const polite = await sandbox.get(`${base}/unread`);
    const right = await sandbox.get(`${base}/unread`, { authorization: "Bearer x" });

    expect(none.status).toBe(401);
    expect(polite.status).toBe(200);
    expect(json(polite)).toMatchObject({ result: 0, data: [] });
    expect(json(right)).toMatchObject({ result: 1 });
  });
});
