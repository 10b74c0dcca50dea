import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { startLossyProxy } from "../client/lossy-proxy.ts";
import { KEYS, startApiSystem, type ApiSystem } from "../http/api-system.ts";
import { bidaAt, endOf, runBida, startBida } from "./bida-process.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem();
});
afterAll(async () => {
  await system.close();
});

const one = ["--account", "yzj", "--operation", "todo.create"];
const payloadOf = (todo = aTodo()): string => JSON.stringify(todo.payload);

describe("bida send", () => {
  it("prints the id alone, so that a script can go on with it", async () => {
    const sent = await bidaAt(system, "oa")(["send", ...one, "--payload", payloadOf()]);
    expect(sent).toMatchObject({ status: 0, stderr: "Acknowledged.\n" });
    expect(sent.stdout).toMatch(/^\S+\n$/);
    expect((await system.call(`/v1/deliveries/${sent.stdout.trim()}`)).status).toBe(200);
  });

  it("refuses what is not UTF-8, with the line it follows", async () => {
    const directory = mkdtempSync(join(tmpdir(), "bida-gbk-"));
    const file = join(directory, "todos.jsonl");
    writeFileSync(file, Buffer.concat([Buffer.from('{"a":1}\n{"title":"'), Buffer.from("c7ebbcd9", "hex")]));

    const [lines, one] = await Promise.all([
      bidaAt(system, "oa")(["send", "--jsonl", file]),
      bidaAt(
        system,
        "oa",
      )(["send", "--account", "yzj", "--operation", "todo.create", "--payload", `@${file}`]),
    ]);
    rmSync(directory, { recursive: true });

    expect([lines.status, one.status]).toEqual([2, 2]);
    expect(lines.stderr).toContain("is not UTF-8");
    expect(one.stderr).toContain("is not UTF-8");
  });

  it("reads the payload from stdin, and waits until the delivery is proven", async () => {
    const sent = await bidaAt(system, "oa")(["send", ...one, "--wait", "20s", "--json"], {
      stdin: payloadOf(),
    });
    expect(sent.status).toBe(0);
    expect(sent.json()).toMatchObject({
      status: "confirmed",
      recipients: [{ id: "ann", status: "confirmed" }],
    });
  });

  it("ends with 1 and names each wrong field, never its value", async () => {
    const sent = await bidaAt(system, "oa")(["send", ...one, "--payload", '{"title":"机密","sourceId":7}']);
    expect(sent).toMatchObject({ status: 1, stdout: "" });
    expect(sent.stderr).toContain("/payload/sourceId: ");
    expect(sent.stderr).not.toContain("机密");
  });

  it("finds a wrong --wait before it sends anything", async () => {
    const key = "cli-wrong-wait";
    const args = ["send", ...one, "--key", key, "--payload", payloadOf(), "--wait", "5x"];
    const sent = await bidaAt(system, "oa")(args);
    expect(sent).toMatchObject({ status: 2, stdout: "" });
    expect(sent.stderr).toContain("--wait");
    expect((await system.call(`/v1/deliveries?key=${key}`)).json).toMatchObject({ items: [] });
  });

  it("takes the same key for the same delivery", async () => {
    const args = ["send", ...one, "--key", "cli-once", "--payload", payloadOf(), "--json"];
    const [first, second] = [await bidaAt(system, "oa")(args), await bidaAt(system, "oa")(args)];
    expect(first.json()).toMatchObject({ result: "created" });
    expect(second.json()).toEqual({ ...(first.json() as object), result: "existing" });
  });
});

describe("bida send of many", () => {
  const lines = (...todos: unknown[]): string => todos.map((todo) => `${JSON.stringify(todo)}\n`).join("");

  it("sends each line, and prints an id for each", async () => {
    const stdin = lines(...Array.from({ length: 620 }, () => aTodo()));
    const sent = await bidaAt(system, "oa")(["send"], { stdin });
    expect(sent.status).toBe(0);
    expect(new Set(sent.stdout.trim().split("\n")).size).toBe(620);
    expect(sent.stderr).toContain("620 acknowledged, 0 known before, 0 refused");
  });

  it("ends with 5 when some lines are refused, and names them by their numbers", async () => {
    const stdin = `${lines(aTodo())}{"half":\n\n${lines(aTodo({ title: 3 }), aTodo())}`;
    const sent = await bidaAt(system, "oa")(["send", "--jsonl", "--json"], { stdin });
    expect(sent.status).toBe(5);
    const fates = sent.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(fates).toMatchObject([
      { line: 1, result: "created" },
      { line: 2, result: "refused", code: "malformed" },
      { line: 4, result: "refused", code: "invalid", errors: [{ pointer: "/payload/title" }] },
      { line: 5, result: "created" },
    ]);
  });

  it("says what was acknowledged when it breaks off, and where to go on", async () => {
    const proxy = await startLossyProxy(system.api.url);
    proxy.breaksAfter = 1;
    // Nobody else's delivery waits behind these.
    const sendAt = Date.now() + 3_600_000;
    const sent = await bidaAt(system, "oa")(["send"], {
      stdin: lines(...Array.from({ length: 620 }, () => ({ ...aTodo(), sendAt }))),
      env: { BIDA_URL: proxy.url },
    });
    await proxy.close();
    expect(sent.status).toBe(5);
    expect(sent.stdout.trim().split("\n")).toHaveLength(500);
    expect(sent.stderr).toContain("500 acknowledged");
    expect(sent.stderr).toContain("Every line up to 500 has its answer.");
    expect(sent.stderr).toContain("It is unknown whether lines 501–620 were acknowledged.");
    expect(sent.stderr).toContain("Continue from line 501");
  });

  it("says on Ctrl-C what was acknowledged, and where to go on", async () => {
    const sendAt = Date.now() + 3_600_000;
    const child = startBida(["send"], { BIDA_URL: system.api.url, BIDA_KEY: KEYS.oa });
    const ended = endOf(child);
    // The first five hundred are sent; the others wait for more to come.
    child.stdin.write(lines(...Array.from({ length: 510 }, () => ({ ...aTodo(), sendAt }))));
    await once(child.stdout, "data");

    child.kill("SIGINT");

    const { status, stdout, stderr } = await ended;
    expect(status).toBe(130);
    expect(stdout.trim().split("\n")).toHaveLength(500);
    expect(stderr).toContain("500 acknowledged");
    expect(stderr).toContain("Every line up to 500 has its answer; continue from line 501.");
  });

  it("ends with 1 when none was taken", async () => {
    const sent = await bidaAt(system, "erp")(["send"], { stdin: lines(aTodo()) });
    expect(sent).toMatchObject({ status: 1, stdout: "" });
    expect(sent.stderr).toContain("line 1: this key may not use that account");
  });
});

describe("bida doctor without a configuration", () => {
  it("asks the API, and says so", async () => {
    const asked = await bidaAt(system)(["doctor"]);

    expect(asked.stderr).toContain(`There is no bida.yaml here: asking the API at ${system.api.url}.`);
    expect(asked.stdout).toMatch(/^ok +Redis/m);
  });
});

describe("bida status, list and cancel", () => {
  it("shows a delivery with its timeline", async () => {
    const id = await system.enqueue(aTodo());
    await system.ended(id);
    const shown = await bidaAt(system)(["status", id, "--timeline", "--payload"]);
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(/^status +confirmed$/m);
    expect(shown.stdout).toMatch(/ enqueued\b[\s\S]* confirmed\b/);
    expect(shown.stdout).toContain('"sourceId"');
  });

  it("ends with 3 for what is not there", async () => {
    expect(await bidaAt(system)(["status", "nowhere"])).toMatchObject({ status: 3, stdout: "" });
  });

  it("ends with 4 without a key, and with one that may not do it", async () => {
    const [without, producer] = await Promise.all([
      runBida(["list"], { env: { BIDA_URL: system.api.url } }),
      bidaAt(system, "oa")(["audit"]),
    ]);
    expect(without).toMatchObject({ status: 4, stdout: "" });
    expect(without.stderr).toContain("BIDA_KEY");
    expect(producer).toMatchObject({ status: 4, stdout: "" });
  });

  it("ends with 1 when nobody answers", async () => {
    const asked = await runBida(["status", "x", "--json"], { env: { BIDA_URL: "http://127.0.0.1:9" } });
    expect(asked).toMatchObject({ status: 1, stdout: "" });
    expect(JSON.parse(asked.stderr)).toMatchObject({ error: { code: "unreachable" } });
  });

  it("lists what fits, a line each, or as JSON", async () => {
    const todo = aTodo({}, ["bob-of-the-list"]);
    const id = await system.enqueue({ ...todo, key: "cli-listed" });
    const [table, json] = await Promise.all([
      bidaAt(system)(["list", "--key", "cli-listed"]),
      bidaAt(system)(["list", "--recipient", "bob-of-the-list", "--json", "--all"]),
    ]);
    expect(table.stdout.split("\n")).toHaveLength(3);
    expect(table.stdout).toMatch(new RegExp(`^${id} +yzj +todo\\.create `, "m"));
    expect(json.json()).toMatchObject({ items: [{ id }], nextCursor: null });
  });

  it("cancels what was not sent, and ends with 1 for what was", async () => {
    const later = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const sent = await system.enqueue(aTodo());
    await system.ended(sent);
    const [cancelled, late] = await Promise.all([
      bidaAt(system, "oa")(["cancel", later, "--note", "by mistake"]),
      bidaAt(system, "oa")(["cancel", sent]),
    ]);
    expect(cancelled).toMatchObject({ status: 0, stdout: `${later}\n` });
    expect(late).toMatchObject({ status: 1, stdout: "" });
  });
});

describe("a wrong command line ends with 2, without asking anybody", () => {
  it.each([
    ["an unknown command", ["sned"]],
    ["an unknown flag", ["list", "--colour"]],
    ["a wrong choice", ["list", "--status", "lost"]],
    ["a payload that is no JSON", ["send", ...one, "--payload", "{"]],
    ["a missing account", ["send", "--operation", "todo.create", "--payload", "{}"]],
    ["a wait that is no duration", ["status", "d1", "--wait", "5x"]],
    ["a date that is none", ["dead", "ls", "--since", "yesterday"]],
    ["a discard without a reason", ["dead", "discard", "d1"]],
    ["a dry run of named ids", ["dead", "discard", "d1", "--dry-run", "--note", "why"]],
    ["a bulk replay that nobody confirmed", ["dead", "replay", "--all"]],
    ["ids and a filter at once", ["dead", "replay", "d1", "--account", "yzj"]],
  ])("%s", async (_name, args) => {
    const ended = await runBida(args, { env: { BIDA_URL: "http://127.0.0.1:9" } });
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).not.toBe("");
  });
});
