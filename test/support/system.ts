/**
 * A whole system for a test: sandbox, worker and producer on a clock that runs fifty times as fast, with an
 * account of the platform under test.
 */
import { parseConfig, type Config } from "../../src/config/config.ts";
import { systemYaml } from "./systems/base.ts";
import { startHainan, type HainanOptions, type HainanSystem } from "./systems/hainan.ts";
import { startYunzhijia, YZJ, type YunzhijiaOptions, type YunzhijiaSystem } from "./systems/yunzhijia.ts";
import { startYunzmall, type YunzmallOptions, type YunzmallSystem } from "./systems/yunzmall.ts";

export { FAST, TIME_SCALE } from "./pace.ts";
export type { HainanOptions, HainanSystem } from "./systems/hainan.ts";
export type { LedgerTodo, Lookup } from "./systems/yunzhijia.ts";
export { ANN, type YunzmallSystem } from "./systems/yunzmall.ts";
export type { YunzhijiaOptions as SystemOptions, YunzhijiaSystem as System } from "./systems/yunzhijia.ts";

/** The default platform is Yunzhijia. */
export function startSystem(options?: YunzhijiaOptions): Promise<YunzhijiaSystem>;
export function startSystem(options: HainanOptions): Promise<HainanSystem>;
export function startSystem(options: YunzmallOptions): Promise<YunzmallSystem>;
export async function startSystem(
  options: YunzhijiaOptions | HainanOptions | YunzmallOptions = {},
): Promise<YunzhijiaSystem | HainanSystem | YunzmallSystem> {
  if (options.platform === "hainan") return startHainan(options);
  if (options.platform === "yunzmall") return startYunzmall(options);
  return startYunzhijia(options);
}

/** The configuration of such a system, without starting it. */
export function systemConfig(sandboxUrl: string, options: YunzhijiaOptions = {}): Config {
  return parseConfig(systemYaml(YZJ.lines(sandboxUrl), options), { path: "test.yaml", env: {} });
}
