/** What can be said about a sandbox when it starts; everything has a default. */
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
  /** Of the random faults, and of the readings when they are drawn. Default "bida". */
  readonly seed?: string | number;
  /** The time in ms; default Date.now. */
  readonly now?: () => number;
  /** Default: the built-in accounts. Given ones come in addition, or change a secret. */
  readonly accounts?: readonly Account[];
  readonly settings?: Partial<Settings>;
  /** `bySeed` draws how each open point of the documents is read. Default: as the settings say. */
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
