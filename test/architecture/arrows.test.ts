/**
 * ARCHITECTURE section 4: arrows point inward, and some things are one folder's alone.
 */
import { describe, expect, it } from "vitest";
import { files, filesAround, type SourceFile } from "./source-tree.ts";

/** Which folders each folder may import from, besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  delivery: [],
  // Sentences for people, in Chinese too.
  language: [],
  // Time limits, for whoever waits for what may never end, and no promise for what is known.
  waiting: [],
  telemetry: ["delivery"],
  alerts: ["delivery", "language", "telemetry", "pipeline"],
  account: ["platforms", "delivery", "waiting"],
  operations: ["platforms", "delivery", "language", "waiting"],
  pipeline: ["platforms", "account", "delivery", "operations", "telemetry", "waiting"],
  // Storage and queue implement what the others state in their ports.
  storage: ["account", "alerts", "delivery", "intake", "operations", "pipeline", "waiting"],
  queue: ["pipeline", "delivery", "waiting"],
  doors: ["platforms", "operations", "delivery", "language"],
  // The mirror works beside the pipeline's clock and events; both that take from
  // BullMQ have one worker that bears a refusal.
  intake: ["platforms", "operations", "delivery", "telemetry", "pipeline", "queue", "waiting"],
  platforms: ["delivery"],
  // What others test a platform of their own with; nothing of Bida imports it.
  testing: ["platforms", "delivery"],
  // A way in like the intake: what becomes of an order is the same for both.
  outbox: ["delivery", "intake", "operations", "telemetry", "waiting"],
  config: ["account", "delivery", "doors", "language", "outbox", "pipeline", "platforms", "storage"],
  // Looks at all that Bida stands on, and opens it as the processes do.
  doctor: [
    "alerts",
    "app",
    "config",
    "delivery",
    "doors",
    "language",
    "operations",
    "outbox",
    "pipeline",
    "platforms",
    "queue",
    "storage",
  ],
  // What a developer has and an installation has not: the demo, a Redis of one's own.
  dev: ["account", "app", "config", "delivery", "operations", "sandbox", "storage"],
  sandbox: [],
  // The package's entries, the only re-exports.
  entries: ["app", "config", "delivery", "doors", "platforms", "testing"],
  app: [
    "account",
    "alerts",
    "config",
    "delivery",
    "dev",
    "doctor",
    "doors",
    "intake",
    "language",
    "operations",
    "outbox",
    "pipeline",
    "platforms",
    "queue",
    "sandbox",
    "storage",
    "telemetry",
    "waiting",
  ],
};

/** The folders of `src/platforms` that hold a platform. */
const PLATFORM_FOLDERS = new Set(
  files.flatMap(({ path }) => /^platforms\/([^/]+)\/platform\.ts$/.exec(path)?.[1] ?? []),
);

describe("imports", () => {
  it.each(Object.entries(ARROWS))("of %s point inward", (folder, allowed) => {
    const strays = files
      .filter((file) => file.folder === folder)
      .flatMap(({ path, imports }) =>
        imports
          .filter((target) => ![folder, ...allowed].includes(target.split("/")[0] ?? ""))
          .map((target) => `${path} imports ${target}`),
      );

    expect(strays).toEqual([]);
  });

  it("cover every folder of the tree", () => {
    expect([...new Set(files.map(({ folder }) => folder))].toSorted()).toEqual(
      Object.keys(ARROWS).toSorted(),
    );
  });

  it("of one platform's folder come from that folder, the registry, and nobody else", () => {
    const folderOf = (path: string): string | undefined => /^platforms\/([^/]+)\//.exec(path)?.[1];
    const strays = files
      .filter(({ path }) => path !== "platforms/registry.ts")
      .flatMap(({ path, imports }) =>
        imports
          .filter(
            (target) => PLATFORM_FOLDERS.has(folderOf(target) ?? "") && folderOf(target) !== folderOf(path),
          )
          .map((target) => `${path} imports ${target}: take it from the platform's object`),
      );

    expect(PLATFORM_FOLDERS.size).toBeGreaterThan(2);
    expect(strays).toEqual([]);
  });

  it("make no cycle", () => {
    expect(cycles()).toEqual([]);
  });
});

describe("one folder's own", () => {
  const users = (name: string): string[] =>
    files.filter(({ packages }) => packages.includes(name)).map(({ path }) => path);

  it("BullMQ is known to queue/ and intake/ alone", () => {
    expect(users("bullmq").filter((path) => !/^(queue|intake)\//.test(path))).toEqual([]);
  });

  it("the drivers of databases are loaded by outbox/ alone, and only when an outbox is opened", () => {
    for (const [driver, path] of [
      ["pg", "outbox/postgresql.ts"],
      ["mysql2/promise", "outbox/mysql.ts"],
    ] as const) {
      const naming = files.filter(({ text }) => text.includes(`"${driver}"`));

      expect(naming.map((file) => file.path)).toEqual([path]);
      expect(naming[0]?.text).not.toMatch(new RegExp(`import (?!type)[^;(]* from "${driver}"`));
    }
  });

  it("ioredis is opened by storage/; queue/ and the safety check only name its type", () => {
    const others = files.filter(
      ({ path, text }) => !path.startsWith("storage/") && /import \{[^}]*\} from "ioredis"/.test(text),
    );

    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it("the names of Redis' keys are known to storage/ alone, but for BullMQ's prefix", () => {
    const others = files.filter(({ path, text }) => !path.startsWith("storage/") && /:\{\$\{/.test(text));

    expect(others.map(({ path }) => path)).toEqual(["queue/wake-up.ts"]);
  });

  it("the environment is read by config/environment.ts alone", () => {
    const readers = files.filter(
      ({ path, text }) => path !== "config/environment.ts" && /process\.env\b/.test(text),
    );

    expect(readers.map(({ path }) => path).toSorted()).toEqual([
      // Hands its own environment on to the processes that it starts.
      "dev/demo/process.ts",
      // Looks for redis-server on the PATH.
      "dev/private-redis/redis-server.ts",
    ]);
  });

  it("decisions read no clock, no chance and no log", () => {
    const impure = files.filter(
      ({ folder, path, text }) =>
        folder === "delivery" &&
        path !== "delivery/ids.ts" &&
        /Date\.now\(|Math\.random\(|console\.|performance\./.test(text),
    );

    expect(impure.map(({ path }) => path)).toEqual([]);
  });
});

describe("words", () => {
  it("no file has a vague name, such as manager or util", () => {
    const vague = files.filter(({ path }) =>
      /manager|helper|utils?\b|common|service|handler|index\.ts/i.test(path),
    );

    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  it("nothing that is exported has a vague name either", () => {
    const named =
      /export (?:async )?(?:function|class|const|interface|type) (\w*(?:Manager|Helper|Util|Service|Handler)\w*)/g;
    const vague = files.flatMap(({ path, text }) =>
      [...text.matchAll(named)].map(([, name]) => `${path}: ${name}`),
    );

    expect(vague).toEqual([]);
  });

  it("that were retired do not occur (ARCHITECTURE section 2)", () => {
    const retired = [
      /\b\w*(?:World|Desk)(?:s|Options)?\b|\b(?:world|desk)s?\b/,
      /\bAccountLine\b|\bSuspectSlot\b|\bSurroundings\b|\bDeparture\b|\bWatchedAccount\b/,
      /\bsweepers?\b|\btickets\b|\b(?:open|isIn)Front\b|condemn|\btwins?\b|\btell[A-Z]|\bStored(?:Lists|Health)\b/,
      /(?<![dD]ead)Letter[A-Z]|\bletter[A-Z]|\b[a-z]+(?<![dD]ead)Letters?\b/,
      /\b\w*InVain\b/,
      // What is stored is kept by a …Store.
      /\bclass Stored[A-Z]/,
    ];
    const usesIn = (some: readonly Pick<SourceFile, "path" | "text">[], words: readonly RegExp[]): string[] =>
      some.flatMap(({ path, text }) =>
        words.flatMap((word) => (word.test(text) ? [`${path}: ${word.exec(text)?.[0]}`] : [])),
      );
    // This file names them.
    const around = filesAround.filter(({ path }) => path !== "test/architecture/arrows.test.ts");

    expect(usesIn(files, retired)).toEqual([]);
    expect(around.length).toBeGreaterThan(100);
    expect(usesIn(around, retired)).toEqual([]);
  });

  it("that name an exported type name one thing", () => {
    // The client has the API's types under the same names; sandbox, demo and the kit for tests are programs of their own.
    const apart = /^(?:doors\/client|sandbox|dev|testing)\//;
    const places = Map.groupBy(
      files
        .filter(({ path, folder }) => folder !== "entries" && !apart.test(path))
        .flatMap(({ path, text }) =>
          [...text.matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)/gm)].map(
            ([, name = ""]) => ({
              name,
              path,
            }),
          ),
        ),
      ({ name }) => name,
    );

    expect(places.size).toBeGreaterThan(300);
    expect([...places.values()].filter((same) => same.length > 1)).toEqual([]);
  });

  it("of a test's name are plain", () => {
    const names = filesAround
      .filter(({ path }) => /^(?:test|bench)\//.test(path) && path !== "test/architecture/arrows.test.ts")
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\b(?:it|describe)\b[^"`\n]*\(\s*(["`])(.*?)\1/g)].map(
          ([, , name = ""]) => `${path}: ${name}`,
        ),
      );
    const legends =
      /: .*\b(?:worlds?|desks?|twins?|in vain|at the door|(?:a|one|no|replayed|refused) letter|stampeded?|in words$)\b/;

    expect(names.length).toBeGreaterThan(1_500);
    expect(names.filter((name) => legends.test(name))).toEqual([]);
  });

  it("about jobs mean BullMQ's, and occur in queue/ and intake/ alone", () => {
    const others = files.filter(
      ({ folder, text }) => folder !== "queue" && folder !== "intake" && /\bjobs?\b/i.test(text),
    );

    expect(others.map(({ path }) => path)).toEqual([]);
  });
});

/** Each cycle of modules as the path that leads back to its beginning. */
function cycles(): string[] {
  const byPath = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(" → "));
    if (at >= 0 || done.has(path)) return;
    for (const next of byPath.get(path)?.loads ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return found;
}
