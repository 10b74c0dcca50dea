import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../../src/doors/cli/program.ts";
import type { CliEnvironment } from "../../../../src/doors/cli/environment.ts";
import { fake } from "../../../support/fake.ts";
import { aTerminal } from "../../../support/terminal.ts";

const nothing = async (): Promise<never> => {
  throw new Error("help asks nobody");
};

async function said(
  args: readonly string[],
  language: "en" | "zh" = "en",
): Promise<{ status: number | null; text: string }> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const system = fake<CliEnvironment>({
    stdout: aTerminal(stdout),
    stderr: aTerminal(new PassThrough()),
    stdin: fake<NodeJS.ReadStream>({}),
    now: () => 0,
    version: "1.2.3",
    language,
    openConnection: nothing,
    edit: nothing,
    config: { check: nothing, print: nothing, schema: nothing, init: nothing },
    diagnose: nothing,
    run: nothing,
    up: nothing,
  });
  const status = await runCli(args, system);
  return { status, text: Buffer.concat(chunks).toString() };
}

const helpOfGroups = new Map<string, ReturnType<typeof said>>();
function helpOf(group: string): ReturnType<typeof said> {
  const help = helpOfGroups.get(group) ?? said([group, "--help"]);
  helpOfGroups.set(group, help);
  return help;
}

/** Every command, as the completion script knows them. */
const { text: script } = await said(["completion", "bash"]);
const [words = ""] = script.split("_bida_values");
const paths = [...words.matchAll(/^ {4}"([^"]*)"\) words="([^"]*)"/gm)].map(([, path = "", list = ""]) => ({
  path,
  list: list.split(" "),
}));
const isGroup = ({ path }: { path: string }): boolean => paths.some((one) => one.path.startsWith(`${path} `));

describe("help", () => {
  it("knows all commands of the design", () => {
    const names = paths.map(({ path }) => path);
    const alone = [
      "up",
      "worker",
      "api",
      "mirror",
      "sandbox",
      "send",
      "status",
      "list",
      "accounts",
      "doctor",
    ];
    const dead = ["ls", "show", "groups", "replay", "edit", "discard", "export"].map((one) => `dead ${one}`);
    const others = ["key new", "config check", "config print", "config schema"];
    expect(names).toEqual(expect.arrayContaining([...alone, ...dead, ...others]));
  });

  it("of each command shows an example", async () => {
    const without: string[] = [];
    for (const { path } of paths.filter((one) => one.path !== "" && !isGroup(one))) {
      const { status, text } = await said([...path.split(" "), "--help"]);
      // An example of a command may stand with its group.
      const [group = ""] = path.split(" ");
      const { text: ofGroup } = await helpOf(group);
      if (status !== 0 || !new RegExp(`Examples:[\\s\\S]*bida ${group}`).test(`${text}${ofGroup}`))
        without.push(path);
    }

    expect(without).toEqual([]);
  });

  it("of each command offers --json, but of those that start a process", () => {
    const without = paths
      .filter((one) => one.path !== "" && !isGroup(one) && !one.list.includes("--json"))
      .map(({ path }) => path)
      .filter((path) => !/^(completion|worker|callback|api|mirror|outbox|intake run|sandbox)/.test(path));

    expect(without).toEqual([]);
  });
});

it("--version prints the version", async () => {
  expect(await said(["--version"])).toEqual({ status: 0, text: "1.2.3\n" });
});

describe("help in Chinese", () => {
  const entry = /^ {2}(?:\S.*?) {2,}(\S.*)$/;

  it("has no English description", async () => {
    const english: string[] = [];
    for (const { path } of paths) {
      const { text } = await said([...path.split(" ").filter((word) => word !== ""), "--help"], "zh");
      const described = text.split("示例：")[0] ?? "";
      const left = described
        .split("\n")
        .flatMap((line) => entry.exec(line)?.[1] ?? [])
        .filter((description) => !/\p{Script=Han}/u.test(description) && !/^HTTP API$/.test(description));
      english.push(...left.map((description) => `${path}: ${description}`));
      if (!text.includes("用法：")) english.push(`${path}: Usage`);
    }

    expect(english, "add their Chinese to src/language/chinese/help.ts").toEqual([]);
  });
});
