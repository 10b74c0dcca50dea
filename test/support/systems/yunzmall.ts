/**
 * A system with an account of Yunzmall, `mall`, and one of Yunzhijia, `yzj`, for mirrors between them: messages
 * are created and changed with the sandbox's control, todos are read from its ledger.
 */
import { startMirrors, type RunningMirrors } from "../../../src/app/mirror.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";
import { eventually } from "../eventually.ts";
import { FAST } from "../pace.ts";
import { startBase, type BaseOptions, type BaseSystem } from "./base.ts";
import { YZJ, type LedgerTodo } from "./yunzhijia.ts";

/** The person of Yunzhijia who has staff id 2 in Yunzmall. */
export const ANN = "ann";

interface MallCall {
  readonly endpoint: string;
  readonly entity: string | null;
}

export interface YunzmallOptions extends BaseOptions {
  readonly platform: "yunzmall";
  /** Fields of the mirror, as YAML: `lists: [unread], `. */
  readonly mirror?: string;
  readonly listRate?: string;
}

export interface YunzmallSystem extends BaseSystem {
  readonly addMessages: (messages: readonly object[]) => Promise<number[]>;
  readonly change: (id: number, to: "read" | "handled") => Promise<void>;
  readonly todos: () => Promise<LedgerTodo[]>;
  readonly calls: () => Promise<MallCall[]>;
  /** Enqueues a `message.await`; returns its id. */
  readonly awaitMessage: (payload: Record<string, unknown>) => Promise<string>;
  readonly startMirror: () => Promise<RunningMirrors>;
  /** Resolves when a mirror has ended a round that began after this call. */
  readonly roundsPass: () => Promise<void>;
}

export async function startYunzmall(options: YunzmallOptions): Promise<YunzmallSystem> {
  const lines = (sandboxUrl: string): string => `${YZJ.lines(sandboxUrl)}
  mall:
    platform: yunzmall
    baseUrl: "${sandboxUrl}/business/1"
    allowHttp: true
    rate: { list: ${options.listRate ?? "200/s"} }`;
  const mirrored = `mirrors:
  - { from: mall, to: yzj, ${options.mirror ?? ""} recipients: { "2": ${ANN} } }`;
  const system = await startBase({ name: "mall", lines }, { ...options, root: mirrored });
  const { config, control, events } = system;
  const mirrors: RunningMirrors[] = [];
  const rounds = (): number => events.filter(({ event }) => event === "mirror.round").length;
  return {
    ...system,
    addMessages: async (messages) => (await control<{ ids: number[] }>("messages", { messages })).ids,
    change: async (id, to) => control(`messages/${id}/${to}`, {}),
    todos: async () => (await control<{ todos: LedgerTodo[] }>("ledger")).todos,
    calls: async () =>
      (await control<MallCall[]>("calls")).filter(({ endpoint }) => endpoint.startsWith("message.")),
    awaitMessage: (payload) => system.enqueue({ account: "mall", operation: "message.await", payload }),
    startMirror: async () => {
      const emit = (event: BidaEvent): void => void events.push(event);
      const running = await startMirrors({ config, emit, warn: () => undefined, tuning: FAST, everyMs: 50 });
      mirrors.push(running);
      return running;
    },
    roundsPass: async () => {
      const before = rounds();
      // The first rounds to end may have begun before: two mirrors may each have one in progress.
      await eventually(rounds, (now) => now >= before + 3);
    },
    close: async () => {
      await Promise.all(mirrors.map((mirror) => mirror.stop()));
      await system.close();
    },
  };
}
