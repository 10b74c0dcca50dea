/**
 * What stands between Bida and a platform, and what a platform's own software does to what it stores.
 */
import { connect } from "node:net";
import { once } from "node:events";
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { aCheck, aTodo, json, type Row, type SandboxClient, startedSandbox } from "./sandbox-client.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 20, 2, 0, 0, 123);
const TEXT = " 评审 \n <b>A</b>  &  é 🚀 完";

function aSchedule(content = TEXT): Row {
  return { openid: "ann", content, startDate: START, endDate: START + HOUR };
}

async function schedulesOf(sandbox: SandboxClient): Promise<Row[]> {
  return json(await sandbox.schedule("teamWorks", { size: 10 })).data as Row[];
}

describe("a proxy that answers wrongly", () => {
  it.each([301, 401, 403, 408, 409, 423, 425, 499, 500, 502, 503, 504, 520])(
    "answers %i after the platform stored",
    async (status) => {
      await using sandbox = await startedSandbox();
      await sandbox.script({ fault: "lying-proxy", endpoint: "todo.create", status, retryAfterSeconds: 5 });

      const answer = await sandbox.todo("generatetodo", aTodo());

      expect(answer).toMatchObject({ status, headers: { "retry-after": "5" } });
      expect((await sandbox.ledger()).todos).toHaveLength(1);
    },
  );
});

describe("an answer that nobody asked to be encoded", () => {
  it.each([
    ["gzip", "gzip", gunzipSync],
    ["deflate", "deflate", inflateSync],
    ["raw-deflate", "deflate", inflateRawSync],
    ["br", "br", brotliDecompressSync],
  ] as const)("%s", async (as, encoding, decode) => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "encoded", endpoint: "todo.create", as });
    const url = `${sandbox.url}/gateway/newtodo/open/generatetodo.json?accessToken=${await sandbox.token()}`;

    const answer = await request(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(aTodo()),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());

    expect(answer.headers["content-encoding"]).toBe(encoding);
    expect(JSON.parse(decode(bytes).toString())).toMatchObject({ success: "true" });
  });
});

describe("a connection that a load balancer forgot", () => {
  it.each([false, true])("is reset on reuse; the call was done: %s", async (after) => {
    await using sandbox = await startedSandbox();
    const token = await sandbox.token();
    await sandbox.script({ fault: "reset-on-reuse", endpoint: "todo.create", after });
    const body = (sourceId: string): string => JSON.stringify(aTodo({ sourceId }));
    const post = (sourceId: string): string =>
      [
        `POST /gateway/newtodo/open/generatetodo.json?accessToken=${token} HTTP/1.1`,
        "host: sandbox",
        "content-type: application/json",
        `content-length: ${Buffer.byteLength(body(sourceId))}`,
        "",
        body(sourceId),
      ].join("\r\n");
    const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1");
    // A reset is what is to be seen.
    socket.on("error", () => undefined);
    const closed = Promise.withResolvers<void>();
    socket.on("close", () => closed.resolve());

    socket.write(post("first"));
    const [answered] = (await once(socket, "data")) as [Buffer];
    socket.write(post("second"));
    await closed.promise;

    expect(answered.toString()).toContain("200 OK");
    const stored = (await sandbox.ledger()).todos.map(({ sourceId }) => sourceId);
    expect(stored).toEqual(after ? ["first", "second"] : ["first"]);
    const calls = JSON.parse((await sandbox.get("/_sandbox/calls?endpoint=todo.create")).text) as Row[];
    expect(calls.map(({ fault }) => fault)).toEqual(["reset-on-reuse", "reset-on-reuse"]);
  });
});

describe("a firewall", () => {
  it("refuses one text with 403, and lets the others pass", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "firewall", containing: "select * from", times: -1 });

    const refused = await sandbox.todo("generatetodo", aTodo({ content: "select * from t" }));
    const passed = await sandbox.todo("generatetodo", aTodo({ sourceId: "s2" }));

    expect([refused.status, passed.status]).toEqual([403, 200]);
    expect((await sandbox.ledger()).todos.map(({ sourceId }) => sourceId)).toEqual(["s2"]);
  });
});

describe("a refusal that repeats the request", () => {
  it("hides secrets and token behind JSON's escapes", async () => {
    await using sandbox = await startedSandbox();
    const token = await sandbox.token();
    await sandbox.script({ fault: "echo" });

    const answer = await sandbox.post(
      `/gateway/newtodo/open/generatetodo.json?accessToken=${token}`,
      aTodo(),
    );

    expect(answer.text).not.toContain(token);
    expect(json(answer)["error"]).toContain(token);
    expect((await sandbox.ledger()).todos).toEqual([]);
  });
});

describe("what comes back altered", () => {
  it.each([
    ["spaces", " 评审 <b>A</b> & é 🚀 完"],
    ["trimmed", "评审 \n <b>A</b>  &  é 🚀 完"],
    ["lines", " 评审 \r\n <b>A</b>  &  é 🚀 完"],
    ["entities", " 评审 \n &lt;b&gt;A&lt;/b&gt;  &amp;  é 🚀 完"],
    ["decomposed", " 评审 \n <b>A</b>  &  e\u0301 🚀 完"],
    ["cut", " 评审 \n <b>A</b>  &"],
    ["no-emoji", " 评审 \n <b>A</b>  &  é  完"],
    ["question-marks", " 评审 \n <b>A</b>  &  é ? 完"],
  ] as const)("stored with %s", async (how, content) => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "altered-text", endpoint: "schedule.create", how });

    await sandbox.schedule("create", aSchedule());

    expect(await schedulesOf(sandbox)).toMatchObject([{ content }]);
    expect((await sandbox.ledger())["schedules"]).toMatchObject([{ content, sentContent: TEXT }]);
  });

  it("everything by a setting, times to whole seconds too", async () => {
    await using sandbox = await startedSandbox({ settings: { storedText: "seconds" } });

    await sandbox.schedule("create", aSchedule());

    expect(await schedulesOf(sandbox)).toMatchObject([{ startDate: START - 123, content: TEXT }]);
  });

  it("one answer of a list alone", async () => {
    await using sandbox = await startedSandbox();
    await sandbox.schedule("create", aSchedule());
    await sandbox.script({ fault: "altered-text", endpoint: "schedule.teamWorks", how: "trimmed" });

    const [first, second] = [await schedulesOf(sandbox), await schedulesOf(sandbox)];

    expect([first[0]?.["content"], second[0]?.["content"]]).toEqual([TEXT.trim(), TEXT]);
  });
});

describe("ids above 2^53", () => {
  it("are numbers in the answers, and keep every digit on their way back", async () => {
    await using sandbox = await startedSandbox({ settings: { bigIds: true } });

    const made = await sandbox.schedule("create", aSchedule());
    await sandbox.schedule("create", aSchedule("另一个"));
    const workId = /"workId":(\d+)/.exec(made.text)?.[1];
    const gone = `{"openid":"ann","ids":[${workId}]}`;
    const path = `/gateway/cloudwork/newwork/delete?accessToken=${await sandbox.token("resGroupSecret")}`;
    await sandbox.send("POST", path, { "content-type": "application/json" }, gone);

    expect(workId).toBe("9007199254740993");
    const rows = (await sandbox.ledger())["schedules"] as Row[];
    expect(rows.map(({ id, workStatus }) => [id, workStatus])).toEqual([
      ["9007199254740993", 2],
      ["9007199254740994", 0],
    ]);
  });

  it("are those of messages and of their recipients too", async () => {
    await using sandbox = await startedSandbox({ settings: { bigIds: true } });
    const body = '{"messages":[{"recipient_id":9007199254740995}]}';
    await sandbox.send("POST", "/_sandbox/messages", {}, body);

    const { text } = await sandbox.get("/business/1/admin/message/unread");

    expect(text).toContain('"recipient_id":9007199254740995');
    expect(text).toContain('"id":9007199254740993');
  });
});

describe("a check that says nothing", () => {
  it.each([
    ["zeros", { check: false, dealCount: 0, undelCount: 0 }],
    ["no-counts", { check: false }],
    ["pending", { check: false, dealCount: 0, undelCount: 1 }],
    ["done", { check: false, dealCount: 1, undelCount: 0 }],
    ["check-true", { check: true, dealCount: 0, undelCount: 0 }],
  ] as const)("over its limit, with %s", async (as, counts) => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "check-throttled", as });

    const { data, ...envelope } = json(await sandbox.todo("checkcreatetodo", aCheck()));

    expect(envelope).toMatchObject({ success: "true", errorCode: 0 });
    expect(data).toEqual({
      sourceid: "s1",
      appid: "500041933",
      errormsg: "Request too frequent, try later.",
      ...counts,
    });
  });

  it.each([
    ["errormsg", { data: { check: false, dealCount: 0, errormsg: "系统繁忙" } }],
    ["error", { data: { check: false, dealCount: 0 }, error: "query timed out" }],
    ["code", { data: { check: false, dealCount: 0 }, errorCode: 990402 }],
    ["no-counts", { data: { check: false } }],
    ["no-data", { data: null }],
  ] as const)("because it failed: %s", async (as, answer) => {
    await using sandbox = await startedSandbox();
    await sandbox.script({ fault: "check-failed", as });

    expect(json(await sandbox.todo("checkcreatetodo", aCheck()))).toMatchObject({
      success: "true",
      ...answer,
    });
  });
});
