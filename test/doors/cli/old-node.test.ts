/**
 * On a Node that is too old the command says in one sentence what to do, before it loads anything: the
 * libraries would die there with errors that nobody can read.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Node {
  readonly version: string;
  readonly command: readonly string[];
}

/** Told before the program begins: another version, and to say what is loaded after that. */
function pretending(version: string): Node {
  const script = `
    import { registerHooks } from "node:module";
    Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });
    registerHooks({
      resolve(specifier, context, next) {
        process.stderr.write("loaded " + specifier + "\\n");
        return next(specifier, context);
      },
    });
  `;
  const preload = `data:text/javascript,${encodeURIComponent(script)}`;
  return { version, command: [process.execPath, "--import", preload] };
}

/** The system's own Node, where it is one that is too old. */
function systemNode(): Node[] {
  try {
    const said = execFileSync("/usr/bin/node", ["--version"], { encoding: "utf8" }).trim().slice(1);
    return Number(said.split(".")[0]) < 24 ? [{ version: said, command: ["/usr/bin/node"] }] : [];
  } catch {
    // There is none: the pretended ones have to do.
    return [];
  }
}

function run({ command: [program = "", ...flags] }: Node, file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, [...flags, file, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
  return { status, stdout, said: stderr.replaceAll(/^loaded .*\n/gm, ""), loaded };
}

const TOO_OLD = ["18.20.8", "20.20.2", "22.22.0", "24.0.0", "24.14.9"].map(pretending);
const ENTRIES = [
  "src/dev/demo/run.ts",
  "workers/bida.ts",
  "workers/delivery.ts",
  "workers/callback.ts",
  "workers/api.ts",
  "workers/mirror.ts",
  "workers/sandbox.ts",
];

describe("bin/bida.mjs", () => {
  it.each([...TOO_OLD, ...systemNode()])("on Node $version says what to do, and loads nothing", (node) => {
    const { status, stdout, said, loaded } = run(node, "bin/bida.mjs", "--help");

    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(said).toMatch(/^Bida needs Node 24\.15 or newer; this is .*npm ci.*\.\n$/);
    expect(said).toContain(node.version);
    expect(loaded.filter((line) => !line.endsWith("/bin/bida.mjs"))).toEqual([]);
  });

  it.each(["24.15.0", "25.0.0", "26.10.0"].map(pretending))("on Node $version begins", (node) => {
    const { status, stdout, loaded } = run(node, "bin/bida.mjs", "--help");

    expect(status).toBe(0);
    expect(stdout).toContain("Usage: bida");
    expect(loaded.length).toBeGreaterThan(10);
  });
});

describe("every other way in", () => {
  it.each(ENTRIES)("%s says the same, and loads nothing but the guard", (file) => {
    const { status, stdout, said, loaded } = run(pretending("20.20.2"), file, "--help");

    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(said).toMatch(/^Bida needs Node 24\.15 or newer; this is 20\.20\.2\..*\n$/);
    expect(loaded.filter((line) => !line.endsWith(file) && !line.endsWith("require-node.ts"))).toEqual([]);
  });
});
