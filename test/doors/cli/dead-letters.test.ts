import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { KEYS, startApiSystem, type ApiSystem } from "../http/api-system.ts";
import { bidaAt, endOf, startBida, type Ended } from "./bida-process.ts";

let system: ApiSystem;
let bida: (args: readonly string[], options?: { stdin?: string }) => Promise<Ended>;
beforeAll(async () => {
  system = await startApiSystem({ account: "todo: { mode: sync }" });
  bida = bidaAt(system);
});
afterAll(async () => {
  await system.close();
});

/** A delivery that the platform refused, and would take now. */
async function aDeadLetter(overrides: Record<string, unknown> = {}): Promise<string> {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
  const id = await system.enqueue(aTodo(overrides));
  expect((await system.ended(id)).state.status).toBe("dead");
  return id;
}

describe("looking at dead letters", () => {
  it("lists, groups and shows them", async () => {
    const id = await aDeadLetter({ title: "费用报销" });
    const [ls, groups, show] = await Promise.all([
      bida(["dead", "ls", "--reason", "rejected", "--since", "1h"]),
      bida(["dead", "groups", "--account", "yzj", "--json"]),
      bida(["dead", "show", id, "--payload"]),
    ]);
    expect(ls.stdout).toMatch(new RegExp(`^${id} +yzj +todo\\.create +rejected `, "m"));
    expect(groups.json()).toMatchObject({
      items: [{ account: "yzj", reason: "rejected" }],
      isComplete: true,
    });
    expect((await bida(["dead", "groups"])).stderr).toMatch(
      /^rejected: .*\(runbooks\/dead-letters\)\nhttp:\/\/[^/]+\/console\/dead\?tab=letters&account=yzj&/m,
    );
    expect(show.stdout).toMatch(/^status +dead \(rejected\)$/m);
    expect(show.stdout).toContain("费用报销");
  });

  it("exports them into a file that nobody else may read", async () => {
    const id = await aDeadLetter();
    const directory = mkdtempSync(join(tmpdir(), "bida-export-"));
    try {
      const file = join(directory, "dead.jsonl");
      const exported = await bida(["dead", "export", "--output", file]);
      expect(exported).toMatchObject({ status: 0, stdout: "" });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const letters = readFileSync(file, "utf8").trim().split("\n");
      const letter = letters.map((line) => JSON.parse(line) as { id: string }).find((one) => one.id === id);
      expect(letter).toMatchObject({ payload: { sourceId: expect.any(String) as string } });
      expect(exported.stderr).toContain(`${letters.length} exported`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe("acting on dead letters", () => {
  it("replays those that are named, and ends with 5 when one of them is not there", async () => {
    const id = await aDeadLetter();
    const replayed = await bida(["dead", "replay", id, "nowhere", "--note", "mended"]);
    expect(replayed).toMatchObject({ status: 5, stdout: `${id}\n` });
    expect(replayed.stderr).toMatch(/^nowhere: /);
    expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", generation: 2 });
  });

  it("edits one field and replays, and keeps what was there before", async () => {
    const id = await aDeadLetter({ title: "before" });
    const edited = await bida(["dead", "edit", id, "--set", "title=巡检整改"]);
    expect(edited).toMatchObject({ status: 0, stdout: `${id}\n` });
    expect((await system.ended(id)).state.status).toBe("confirmed");
    const { json } = await bida(["status", id, "--payload", "--json"]);
    expect(json()).toMatchObject({ payload: { title: "巡检整改" }, originals: [{ title: "before" }] });
  });

  it("edits one field and keeps every digit of the others", async () => {
    const sourceId = "edited-with-digits";
    const id = await aDeadLetter({ sourceId });
    const payload = '{"id":12345678901234567890,"sum":1.10,"rows":[9007199254740993,{"n":1e2}]}';
    const own = JSON.stringify(aTodo({ sourceId }).payload).replace(
      /\}$/,
      ` , "\\u00e9":"\\/","extra":${payload}}`,
    );
    await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
    const whole = await bida(["dead", "edit", id, "--payload", own]);
    expect(whole).toMatchObject({ status: 0 });
    expect((await system.ended(id)).state.status).toBe("dead");
    // The text is kept as it was given, escapes and all.
    expect(await system.store.payload(id)).toBe(own);
    const edited = await bida(["dead", "edit", id, "--set", "extra.rows.0=9007199254740995"]);
    expect(edited).toMatchObject({ status: 0, stdout: `${id}\n` });
    // Else its send meets the refusal that the next test has ordered for its own.
    expect((await system.ended(id)).state.status).toBe("confirmed");
    const { stdout } = await bida(["status", id, "--payload", "--json"]);
    expect(stdout).toContain('{"id":12345678901234567890,"sum":1.10,"rows":[9007199254740995,{"n":1e2}]}');
    expect(stdout).toContain(payload);
  });

  it("discards with a reason, which the audit shows", async () => {
    const id = await aDeadLetter();
    expect(await bida(["dead", "discard", id, "--note", "order cancelled"])).toMatchObject({ status: 0 });
    const [again, audit] = await Promise.all([
      bida(["dead", "discard", id, "--note", "twice"]),
      bida(["audit", "--json"]),
    ]);
    expect(again.status).toBe(1);
    expect(audit.json()).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ by: "ops", act: "discard", id, note: "order cancelled" }),
      ]) as unknown[],
    });
  });

  it("counts what it would discard without asking for a reason", async () => {
    await aDeadLetter();
    const counted = await bida(["dead", "discard", "--account", "yzj", "--dry-run"]);
    expect(counted.status).toBe(0);
    expect(counted.stdout).toMatch(/^[1-9]\d* would be discarded\n$/);
  });

  it("replays all that fit, counts them first when asked to, and waits for the end", async () => {
    const left = await bida(["dead", "discard", "--all", "--note", "make room", "--yes"]);
    expect(left.status).toBe(0);
    const ids = [await aDeadLetter(), await aDeadLetter(), await aDeadLetter()];
    const counted = await bida(["dead", "replay", "--account", "yzj", "--dry-run"]);
    expect(counted).toMatchObject({ status: 0, stdout: "3 would be replayed\n" });
    const replayed = await bida(["dead", "replay", "--reason", "rejected", "--yes", "--json"]);
    expect(replayed.status).toBe(0);
    expect(replayed.json()).toMatchObject({ status: "done", matched: 3, done: 3, failed: 0 });
    for (const id of ids) expect((await system.ended(id)).state.status).toBe("confirmed");
  });
});

describe("Ctrl-C during a bulk action", () => {
  it("cancels it, says how far it got, and ends with 130", async () => {
    for (let letters = 0; letters < 3; letters += 1) await aDeadLetter();
    const { id, child, ended } = await aSlowReplay();

    child.kill("SIGINT");

    expect(await ended).toMatchObject({ status: 130 });
    expect((await ended).stdout).toMatch(/^\d+ replayed, then cancelled, /);
    expect((await bida(["action", id])).stdout).toMatch(/^cancelled: /);
  });

  /** So slow that it would be under way for half a minute. */
  async function aSlowReplay() {
    const args = ["dead", "replay", "--account", "yzj", "--rate", "0.1", "--yes"];
    const child = startBida(args, { BIDA_URL: system.api.url, BIDA_KEY: KEYS.ops });
    const ended = endOf(child);
    let told = "";
    child.stderr.on("data", (bytes: Buffer) => void (told += bytes.toString()));
    const id = await eventually(
      () => /^It runs as (\S+); bida action \1 --cancel stops it\.$/m.exec(told)?.[1] ?? "",
      (found) => found !== "",
    );
    return { id, child, ended };
  }
});

describe("editing one field of many", () => {
  it("shows the result for the first few, then does it", async () => {
    const id = await aDeadLetter({ title: "旧标题", sourceId: "many-1" });
    const which = ["dead", "edit", "--account", "yzj", "--recipient", "ann", "--since", "1h"];
    const change = ["--field", "title", "--find", "旧", "--with", "新", "--note", "renamed"];
    const dry = await bida([...which, ...change, "--dry-run"]);
    const done = await bida([...which, ...change, "--yes", "--json"]);

    expect(dry.stdout).toMatch(new RegExp(`^${id} +"旧标题" +"新标题"`, "m"));
    expect(done.json()).toMatchObject({ kind: "edit", edits: "/title", done: 1 });
    expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", generation: 2 });
    expect(await bida([...which, "--field", "title"])).toMatchObject({ status: 2 });
  });
});

describe("bida accounts", () => {
  it("shows their state, and pauses and resumes one", async () => {
    const paused = await bida(["accounts", "pause", "other", "--until", "2h", "--note", "upgrade"]);
    expect(paused).toMatchObject({ status: 0, stderr: "Paused.\n" });
    const { stdout } = await bida(["accounts"]);
    expect(stdout).toMatch(/^other +yunzhijia +paused /m);
    expect(stdout).toMatch(/^yzj +yunzhijia +running /m);
    const resumed = await bida(["accounts", "resume", "other", "--json"]);
    expect(resumed.json()).toMatchObject({ items: [{ name: "other", paused: false }] });
    expect((await bida(["accounts", "pause", "nowhere"])).status).toBe(3);
  });
});

describe("what else a person does about them", () => {
  it("verifies, marks, takes a discard back, and says how many died again", async () => {
    const id = await aDeadLetter({ title: "to be verified" });
    const { json } = await system.call("/v1/dead-letters/groups", { key: "ops" });
    const [group] = (json as { items: { code: string }[] }).items;
    const which = ["--account", "yzj", "--operation", "todo.create", "--reason", "rejected"];
    const mark = [
      "dead",
      "mark",
      ...which,
      "--code",
      group?.code ?? "",
      "--acknowledge",
      "--assign",
      "zhang",
    ];
    const [verified, marked] = await Promise.all([bida(["dead", "verify", id]), bida(mark)]);
    const note = { note: "the wrong one" };
    await system.call(`/v1/dead-letters/${id}/discard`, { key: "ops", body: note });
    const shown = await bida(["status", id]);
    const restored = await bida(["dead", "restore", id]);
    const listed = await bida(["dead", "list", "--text", "refused", "--json"]);
    await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create", times: -1 }] });
    const again = await bida(["dead", "replay", "--all", "--note", "hoping", "--yes"]);
    await system.misbehave({ clear: true });

    expect(verified).toMatchObject({ status: 1 });
    expect(verified.stderr).toContain("a replay sends it");
    expect(marked.stderr).toContain("acknowledged by ops; assigned to zhang");
    expect(shown.stdout).toMatch(/^status +discarded \(rejected\)$/m);
    expect(shown.stdout).toMatch(/^restorable +until /m);
    expect(restored).toMatchObject({ status: 0 });
    expect((listed.json() as { items: { id: string }[] }).items.map((item) => item.id)).toContain(id);
    expect(again.stdout).toMatch(
      /(\d+) replayed, 0 skipped, 0 failed; of those 0 confirmed by now, \1 died again/,
    );
    expect(again.status).toBe(1);
  });
});
