/** The options of a sandbox; all have defaults. */
import { type Account, accountSchema, defaultAccounts } from "./accounts.ts";
import { createClock } from "./clock.ts";
import { drawReadings } from "./readings.ts";
import { defaultSettings, type Settings, settingsWith } from "./settings.ts";
import type { StateOptions } from "./state.ts";

export type SandboxOptions = {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Every platform duration is multiplied by it. Default 1. */
  readonly timeScale?: number;
  /** The seed of random faults, and of readings that are drawn. Default "bida". */
  readonly seed?: string | number;
  /** The time in ms; default Date.now. */
  readonly now?: () => number;
  /** Accounts in addition to the built-in ones, or with other secrets for these. */
  readonly accounts?: readonly Account[];
  readonly settings?: Partial<Settings>;
  /** `bySeed` draws a reading for each open point of the documents. Default: as in the settings. */
  readonly readings?: "default" | "bySeed";
};

export function stateOptions(options: SandboxOptions): StateOptions {
  const seed = String(options.seed ?? "bida");
  const drawn = options.readings === "bySeed" ? drawReadings(seed) : {};
  return {
    clock: createClock(options.now ?? Date.now, options.timeScale ?? 1),
    seed,
    accounts: [...defaultAccounts, ...(options.accounts ?? [])].map((account) =>
      accountSchema.parse(account),
    ),
    settings: settingsWith(settingsWith(defaultSettings, drawn), options.settings ?? {}),
  };
}
