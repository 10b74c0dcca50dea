import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { csbSignature, zwddSignature } from "../../src/sandbox/hainan/signature.ts";
import { TASK_AS_QUERY } from "../support/hainan-tasks.ts";
import { CSB_VECTORS, ZWDD_VECTOR } from "../support/signature-vectors.ts";
import { type Answer, json, type Row, type SandboxClient, startedSandbox } from "./sandbox-client.ts";

const path = "/apione/tc/v2/openapi/task/create.json";

/** Document 003's example. */
function aTask(change: Record<string, string | undefined> = {}): URLSearchParams {
  const all = { ...TASK_AS_QUERY, bizTaskId: "b1", ...change };
  return new URLSearchParams(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

async function create(
  sandbox: SandboxClient,
  change: Record<string, string | undefined> = {},
): Promise<Answer> {
  return sandbox.get(`${path}?${aTask(change).toString()}`);
}

function dataOf(answer: Answer): Record<string, string> {
  return (json(answer)["content"] as { data: Record<string, string> }).data;
}

describe("the task centre", () => {
  it("stores a task and gives its taskUuid and packageUuid", async () => {
    await using sandbox = await startedSandbox();

    const answer = await create(sandbox);

    const uuid = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(json(answer)).toMatchObject({
      success: true,
      content: {
        success: true,
        data: {
          taskUuid: uuid,
          packageUuid: uuid,
          bizTaskId: "b1",
          assignee: { userId: "2001", name: "张三" },
          createTime: "2026-01-05 12:00:00",
          dueNotifyTypeArr: ["app", "notification"],
        },
      },
    });
    expect((await sandbox.ledger())["tasks"]).toMatchObject([
      { bizTaskId: "b1", assigneeId: "2001", stores: 1, repeats: 0, status: "open" },
    ]);
  });

  it("gives the same task for the same bizTaskId, or success with nothing, and the ledger counts it", async () => {
    await using sandbox = await startedSandbox();
    const first = dataOf(await create(sandbox));

    const again = dataOf(await create(sandbox));
    await sandbox.control("settings", { duplicateBizTask: "empty" });
    const empty = await create(sandbox);

    expect(again).toEqual(first);
    expect(json(empty)).toMatchObject({ success: true, content: { success: true, data: {} } });
    expect(dataOf(empty)).toEqual({});
    expect((await sandbox.ledger())["tasks"]).toMatchObject([{ stores: 1, repeats: 2 }]);
  });

  it("says success with empty data, and stores nothing, when somebody else used the bizTaskId", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "duplicate-empty" });

    const answer = await create(sandbox);

    expect(dataOf(answer)).toEqual({});
    expect((await sandbox.ledger())["tasks"]).toEqual([]);
  });

  it("puts later assignees into the package that they name, and refuses an unknown one", async () => {
    await using sandbox = await startedSandbox();
    const { packageUuid } = dataOf(await create(sandbox));

    const second = dataOf(await create(sandbox, { bizTaskId: "b2", packageUuid }));
    const unknown = await create(sandbox, { bizTaskId: "b3", packageUuid: "nowhere" });

    expect(second["packageUuid"]).toBe(packageUuid);
    expect(json(unknown)).toMatchObject({ success: true, content: { success: false, data: null } });
    expect((await sandbox.ledger())["tasks"]).toHaveLength(2);
  });

  it.each([
    { subject: undefined },
    { subject: "字".repeat(201) },
    { creatorId: "" },
    { url: "https://oa.example/pc" },
    { mobileUrl: `https://oa.example/m?id=${"1".repeat(1_000)}` },
    { dueTime: "2024/06/06" },
    { dueNotifyTypeArr: '["app"]' },
    { dueNotifyLevel: "5" },
    { isSendWindowNotice: "1" },
    { assigneeInfo: "张三" },
    { detailLinkOpenType: "window" },
  ])("refuses %j", async (change) => {
    await using sandbox = await startedSandbox();

    const answer = await create(sandbox, change);

    expect(json(answer)).toMatchObject({ content: { success: false, responseCode: "SANDBOX.PARAMETER" } });
    expect((await sandbox.ledger())["tasks"]).toEqual([]);
  });

  it("takes a subject of 200 characters", async () => {
    await using sandbox = await startedSandbox();

    expect(dataOf(await create(sandbox, { subject: "字".repeat(200) }))["taskUuid"]).toBeTruthy();
  });

  it("finishes and cancels where that exists, one task or its whole package", async () => {
    await using sandbox = await startedSandbox();
    const { taskUuid, packageUuid } = dataOf(await create(sandbox));
    await create(sandbox, { bizTaskId: "b2", packageUuid });
    const finish = `/apione/tc/openapi/task/finish.json?userId=2001&taskUuid=${taskUuid}`;
    const cancel = `/apione/tc/openapi/task/cancel.json?userId=1001&taskUuid=${taskUuid}&cancelPakcage=true`;

    const missing = await sandbox.get(finish);
    await sandbox.control("settings", { hainanFinish: true });
    const finished = await sandbox.get(finish);
    await sandbox.get(cancel);
    const unknown = await sandbox.get(finish.replace(taskUuid ?? "", "x"));

    expect(missing.status).toBe(404);
    expect(json(finished)).toMatchObject({ content: { success: true } });
    expect(json(unknown)).toMatchObject({ content: { success: false } });
    expect((await sandbox.ledger())["tasks"]).toMatchObject([
      { status: "finished" },
      { status: "cancelled" },
    ]);
  });

  it("is subject to faults like everything else", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "cut-after" }, { fault: "not-stored" });

    await expect(create(sandbox)).rejects.toThrow();
    const pretended = await create(sandbox, { bizTaskId: "b2" });

    expect(dataOf(pretended)["taskUuid"]).toBeTruthy();
    expect((await sandbox.ledger())["tasks"]).toMatchObject([{ bizTaskId: "b1" }]);
  });
});

describe("the csb signature", () => {
  it("agrees with both public vectors", () => {
    for (const { parameters, signature } of CSB_VECTORS)
      expect(csbSignature("sk", parameters)).toBe(signature);
  });

  it("is needed at the gateway's base, with the api in a header", async () => {
    await using sandbox = await startedSandbox({ settings: { hainanSigner: "csb" } });
    const api: Record<string, string> = {
      _api_name: "/tc/v2/openapi/task/create.json",
      _api_version: "1.0.0",
      _api_access_key: "sandbox-ak",
      _api_timestamp: String(sandbox.now.ms),
    };
    const task = aTask();
    const text = [...task, ...Object.entries(api)]
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join("&");
    const signature = createHmac("sha1", "sandbox-sk").update(text).digest("base64");
    const send = async (headers: Record<string, string>): Promise<Answer> =>
      sandbox.get(`/apione?${task.toString()}`, headers);

    const right = await send({ ...api, _api_signature: signature });
    const wrong = await send({
      ...api,
      _api_signature: signature,
      _api_timestamp: String(sandbox.now.ms + 1),
    });
    const none = await create(sandbox);
    sandbox.now.ms += 15 * 60_000 + 1;
    const old = await send({ ...api, _api_signature: signature });

    expect([right, wrong, none, old].map(({ status }) => status)).toEqual([200, 401, 401, 401]);
    expect(dataOf(right)["taskUuid"]).toBeTruthy();
  });
});

describe("the zwdd signature", () => {
  it("agrees with the vector", () => {
    expect(zwddSignature("sk", ZWDD_VECTOR.request)).toBe(ZWDD_VECTOR.signature);
  });

  it.each(["/apione/tc/v2/openapi/task/create.json", "/tc/v2/openapi/task/create.json"])(
    "opens the gateway when %s was signed",
    async (signedPath) => {
      await using sandbox = await startedSandbox({ settings: { hainanSigner: "zwdd" } });
      const task = aTask();
      const timestamp = new Date(sandbox.now.ms).toISOString();
      const parameters = [...task].map(([name, value]) => `${name}=${value}`).sort();
      const signed = ["GET", timestamp, "n-1", signedPath, parameters.join("&")].join("\n");
      const headers: Row = {
        "X-Hmac-Auth-Timestamp": timestamp,
        "X-Hmac-Auth-Version": "1.0",
        "X-Hmac-Auth-Nonce": "n-1",
        apiKey: "sandbox-ak",
        "X-Hmac-Auth-Signature": createHmac("sha256", "sandbox-sk").update(signed).digest("base64"),
      };
      const send = async (change: Row): Promise<number> =>
        (await sandbox.get(`${path}?${task.toString()}`, { ...headers, ...change } as Record<string, string>))
          .status;

      expect(await send({})).toBe(200);
      expect(await send({ "X-Hmac-Auth-Nonce": "n-2" })).toBe(401);
      expect(await send({ apiKey: "unknown" })).toBe(401);
    },
  );
});
