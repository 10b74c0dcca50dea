/**
 * What the command line needs: streams, a clock, connections. `app/cli.ts` provides it.
 */
import type { Language } from "../../language/language.ts";
import type { Connection, ConnectOptions } from "./connection.ts";

export interface CliEnvironment {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => number;
  readonly version: string;
  readonly language: Language;
  readonly untilInterrupted: () => Interruption;
  /** @throws UsageError */
  readonly openConnection: (options: ConnectOptions) => Promise<Connection>;
  /** Lets a person edit a text; null when nothing was changed. */
  readonly edit: (text: string) => Promise<string | null>;
  readonly config: ConfigTools;
  /** Runs the doctor; null where no configuration is named and none is found. */
  readonly diagnose: (options: {
    readonly config?: string | undefined;
  }) => Promise<readonly Finding[] | null>;
  /** Starts a process of Bida, which goes on after this resolves, until a signal ends it. */
  readonly run: (process: ProcessName, args: readonly string[]) => Promise<void>;
  readonly up: (options: UpOptions) => Promise<void>;
}

/** Handles Ctrl-C while an action runs that would go on without the command. */
interface Interruption {
  /** Aborted by the first Ctrl-C, which then does not end the process; a second one does. */
  readonly signal: AbortSignal;
  readonly forget: () => void;
}

const PROCESSES = ["worker", "callback", "api", "mirror", "outbox", "intake", "sandbox"] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface UpOptions {
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  /** Whether to fill the sandbox with failed deliveries to look at. */
  readonly sample?: boolean | undefined;
  readonly json: boolean;
}

interface ConfigTools {
  readonly check: (path: string | undefined) => Promise<ConfigVerdict>;
  /** The configuration with every default and without secrets, as YAML and as a value. */
  readonly print: (path: string | undefined) => Promise<PrintedConfig>;
  readonly schema: () => Promise<object>;
  /** Writes a first configuration; returns its path. */
  readonly init: (path: string | undefined, overwrite: boolean) => Promise<string>;
}

export interface ConfigVerdict {
  readonly path: string;
  readonly problems: readonly ConfigProblem[];
  /** A summary of the configuration, if it has no problems. */
  readonly summary: string;
}

export interface PrintedConfig extends ConfigVerdict {
  readonly yaml?: string;
  readonly value?: unknown;
}

interface ConfigProblem {
  readonly line: number | null;
  /** Empty for the file itself. */
  readonly field: string;
  readonly detail: string;
}

/** One finding of the doctor. */
export interface Finding {
  readonly about: string;
  readonly verdict: "ok" | "warning" | "broken";
  readonly found: string;
  /** What to do, in one sentence; null where nothing is wrong. */
  readonly mend: string | null;
}
