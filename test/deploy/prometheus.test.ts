/**
 * The alert rules do what they say (Prometheus' own tool tries them), each leads to a runbook, and every runbook
 * stands in both languages.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
  COUNTERS,
  FLEET_GAUGES,
  HISTOGRAMS,
  PROCESS_COUNTERS,
  PROCESS_GAUGES,
} from "../../src/telemetry/instruments.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: ROOT, encoding: "utf8" });

const rule = z.looseObject({
  alert: z.string(),
  expr: z.string(),
  annotations: z.object({ summary: z.string(), runbook: z.string() }),
});
const text = readFileSync(`${ROOT}deploy/prometheus/bida.rules.yml`, "utf8");
const rules = z
  .object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) })
  .parse(parse(text))
  .groups.flatMap((group) => group.rules);

describe.runIf(hasPromtool)("the alert rules", () => {
  it("are valid, and fire when they should and not otherwise", () => {
    const { status, stdout, stderr } = promtool("test", "rules", "deploy/prometheus/bida.rules.test.yml");

    expect([status, stderr], stdout).toEqual([0, ""]);
  });

  it("come with a configuration of Prometheus that is valid", () => {
    expect(promtool("check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml").status).toBe(0);
    expect(promtool("check", "config", "deploy/prometheus/one-machine.yml").status).toBe(0);
  });
});

const metrics = new Set(
  [COUNTERS, HISTOGRAMS, FLEET_GAUGES, PROCESS_GAUGES, PROCESS_COUNTERS].flatMap((table) =>
    Object.values(table).map(([name]) => name as string),
  ),
);
const unknownIn = (query: string): string[] =>
  [...query.matchAll(/\b(?:bida|process|nodejs)_\w+/g)]
    .map(([name]) => name.replace(/_bucket$/, ""))
    .filter((name) => !metrics.has(name));

describe("each rule", () => {
  it.each(rules.map((one) => [one.alert, one] as const))(
    "%s asks for metrics that there are, is tried, and has a runbook",
    (alert, { expr, annotations }) => {
      expect(unknownIn(expr)).toEqual([]);
      expect(readFileSync(`${ROOT}deploy/prometheus/bida.rules.test.yml`, "utf8")).toContain(
        `alertname: ${alert}`,
      );
      expect(existsSync(`${ROOT}${annotations.runbook}`)).toBe(true);
      expect(readFileSync(`${ROOT}docs/runbooks/README.md`, "utf8")).toContain(alert);
    },
  );
});

it("the dashboard asks only for metrics that exist", () => {
  const dashboard = readFileSync(`${ROOT}deploy/grafana/bida.dashboard.json`, "utf8");
  const queries = [...dashboard.matchAll(/"expr": "(.*)"/g)].map(([, query = ""]) => query);

  expect(queries.length).toBeGreaterThan(30);
  expect(queries.flatMap(unknownIn)).toEqual([]);
});

it("every alert of the rules is the only one of its name", () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

it("runbooks exist in both languages", () => {
  expect(readdirSync(`${ROOT}docs/zh/runbooks`)).toEqual(readdirSync(`${ROOT}docs/runbooks`));
});
