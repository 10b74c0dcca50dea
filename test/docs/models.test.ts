/**
 * The models of docs/models are true to the code: the numbers hold, and where Spin is installed the small
 * models are searched again. `test/full/models.test.ts` searches the largest one.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { parseConfig } from "../../src/config/config.ts";
import { DEFAULT_POLICY } from "../../src/delivery/policy.ts";
import { brokenInequalities, SEND_TIMES, type SendTimes } from "../../src/pipeline/send-times.ts";
import { WIRE_TIMEOUTS } from "../../src/platforms/platform-http.ts";

const MODELS = fileURLToPath(new URL("../../docs/models", import.meta.url));
const hasSpin = spawnSync("spin", ["-V"]).status === 0 && spawnSync("gcc", ["--version"]).status === 0;

describe("what must hold between the times of a lease", () => {
  it("holds as designed", () => {
    expect(brokenInequalities(SEND_TIMES, DEFAULT_POLICY.visibilityLagMs)).toEqual([]);
  });

  const broken: [string, Partial<SendTimes>, number][] = [
    ["policy.visibilityLagMs is 9999", {}, 9_999],
    ["before its lease can be taken over", { departWithinMs: 10_000 }, 60_000],
    ["the time to connect", { connectMs: 5_000 }, 60_000],
    ["renewed before it runs out", { renewEveryMs: 5_000 }, 60_000],
    ["a worker that drains", { drainMs: 14_000 }, 60_000],
  ];

  it.each(broken)("is reported where it does not: %s", (words, times, visibilityLagMs) => {
    expect(brokenInequalities({ ...SEND_TIMES, ...times }, visibilityLagMs)).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe("a configuration whose lag is too short for the times of a lease", () => {
  const yaml = (lag: number): string => `redis: { url: "redis://127.0.0.1:1" }
policy: { visibilityLagMs: ${lag} }
accounts: {}
`;

  it("is refused where it is read, with its line and the reason", () => {
    expect(() => parseConfig(yaml(9_999), { path: "bida.yaml" })).toThrow(
      /bida\.yaml:2: policy\.visibilityLagMs: expected at least 10000: a call waits/,
    );
    expect(parseConfig(yaml(10_000), { path: "bida.yaml" }).policy.visibilityLagMs).toBe(10_000);
  });

  it("starts no worker, also where it was not read from a file", async () => {
    const config = parseConfig(yaml(10_000), { path: "bida.yaml" });
    const short = { ...config, policy: { ...config.policy, visibilityLagMs: 9_999 } };

    await expect(
      startDeliveryWorker({ config: short, emit: () => undefined, warn: () => undefined }),
    ).rejects.toThrow("policy.visibilityLagMs is 9999, and must be at least 10000");
  });
});

it("docs/models/README.md names the times that Bida has", () => {
  const numbers = readFileSync(`${MODELS}/README.md`, "utf8");
  const seconds = (ms: number): number => ms / 1_000;
  const [depart, answer, settle] = [
    SEND_TIMES.departWithinMs,
    SEND_TIMES.answerMs,
    SEND_TIMES.settleWithinMs,
  ];
  const life = seconds(depart + answer + settle);
  const renewal = seconds(SEND_TIMES.renewEveryMs + SEND_TIMES.patienceMs);

  expect(numbers).toContain(
    `${seconds(DEFAULT_POLICY.visibilityLagMs)} s: so \`visibilityLagMs\` **is** N + V + J`,
  );
  expect(numbers).toContain(`${seconds(depart)} < ${seconds(SEND_TIMES.leaseMs)}`);
  expect(numbers).toContain(`connect ${seconds(SEND_TIMES.connectMs)} s`);
  expect(numbers).toContain(
    `every ${seconds(SEND_TIMES.renewEveryMs)} s: ${renewal} < ${seconds(SEND_TIMES.leaseMs)}`,
  );
  expect(numbers).toContain(`${seconds(depart)} + ${seconds(answer)} + ${seconds(settle)}: ${life} s`);
  expect(numbers).toContain(`${seconds(SEND_TIMES.drainMs)} ≥ ${seconds(answer)} + ${seconds(settle)}`);
});

it("the times that are checked are those of the calls: nobody keeps a second copy", () => {
  expect(SEND_TIMES).toMatchObject(WIRE_TIMEOUTS);
});

describe.runIf(hasSpin)("the small models", () => {
  it.each([
    ["HOLDS", "claims.pml", []],
    ["FAILS", "claims.pml", ["-DRECEIPT_WINS"]],
    ["HOLDS", "wake.pml", ["-DLOOKS", "-DRING_LOST", "-DSTOPS"]],
    ["FAILS", "wake.pml", ["-DLOST=0", "-DRING_LOST"]],
  ])("%s %s %j", (verdict, model, switches) => {
    const { stdout } = spawnSync("sh", ["try.sh", model, ...switches], { cwd: MODELS, encoding: "utf8" });

    expect(stdout.split("\n")[0]).toContain(verdict);
  });
});
