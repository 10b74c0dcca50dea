/**
 * What the command line needs around it: streams, a clock, a connection; `app/cli.ts` plugs it in.
 */
import type { Language } from "../../language/language.ts";
import type { Connection, ConnectOptions } from "./connection.ts";
import type { Interruption } from "./interruption.ts";

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
  /** Null where no configuration is named and there is none here. */
  readonly diagnose: (options: {
    readonly config?: string | undefined;
  }) => Promise<readonly Finding[] | null>;
  /** Starts a process of Bida; it goes on after this resolves, until a signal ends it. */
  readonly run: (process: ProcessName, args: readonly string[]) => Promise<void>;
  readonly up: (options: UpOptions) => Promise<void>;
}

const PROCESSES = ["worker", "callback", "api", "mirror", "outbox", "intake", "sandbox"] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface UpOptions {
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  /** Fill the sandbox with deliveries that went wrong, to look at. */
  readonly sample?: boolean | undefined;
  readonly json: boolean;
}

interface ConfigTools {
  readonly check: (path: string | undefined) => Promise<ConfigVerdict>;
  /** YAML with every default written out and every secret struck out, or the same as a value. */
  readonly print: (path: string | undefined) => Promise<PrintedConfig>;
  readonly schema: () => Promise<object>;
  /** Writes a first configuration, and resolves with its path. */
  readonly init: (path: string | undefined, overwrite: boolean) => Promise<string>;
}

export interface ConfigVerdict {
  readonly path: string;
  readonly problems: readonly ConfigProblem[];
  /** A summary of a configuration without problems. */
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

/** One thing that the doctor looked at. */
export interface Finding {
  readonly about: string;
  readonly verdict: "ok" | "warning" | "broken";
  readonly found: string;
  /** In one sentence; null where nothing needs mending. */
  readonly mend: string | null;
}
