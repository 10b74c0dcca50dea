/**
 * Builds a Dockerfile without a container engine: each stage is a folder. COPY lines copy into it from the
 * build context (.dockerignore applies) or from an earlier stage; RUN lines run in it with the real npm.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";

export interface Stage {
  readonly name: string;
  /** The folder that stands for `/`. */
  readonly root: string;
  workdir: string;
  user: string | null;
  entrypoint: readonly string[];
  healthcheck: readonly string[];
  env: Record<string, string>;
}

interface Context {
  readonly stages: Stage[];
  /** The build context. */
  readonly source: string;
  readonly isCopied: (path: string) => boolean;
}

/** Builds every stage below `folder`; the last one is the image. */
export function buildStages(source: string, folder: string): readonly Stage[] {
  const context: Context = { stages: [], source, isCopied: notIgnored(source) };
  for (const [word, rest] of instructions(source)) {
    const stage = context.stages.at(-1);
    if (word === "FROM") context.stages.push(newStage(folder, / AS (\w+)$/.exec(rest)?.[1] ?? "image"));
    else if (stage !== undefined) obey(stage, context, word, rest);
  }
  return context.stages;
}

function instructions(source: string): [string, string][] {
  const text = readFileSync(join(source, "Dockerfile"), "utf8")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ");
  return [...text.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, word = "", rest = ""]) => [word, rest]);
}

function newStage(folder: string, name: string): Stage {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true, mode: 0o755 });
  return { name, root, workdir: "/", user: null, entrypoint: [], healthcheck: [], env: {} };
}

function obey(stage: Stage, context: Context, word: string, rest: string): void {
  switch (word) {
    case "WORKDIR":
      stage.workdir = rest;
      mkdirSync(placeOf(stage, "."), { recursive: true });
      return;
    case "COPY":
      return copy(stage, context, rest.split(" "));
    case "RUN":
      return run(stage, rest);
    case "USER":
      stage.user = rest;
      return;
    case "ENTRYPOINT":
      stage.entrypoint = JSON.parse(rest) as string[];
      return;
    case "HEALTHCHECK":
      stage.healthcheck = JSON.parse(rest.slice(rest.indexOf("["))) as string[];
      return;
    case "ENV":
      stage.env = { ...stage.env, ...Object.fromEntries(rest.split(" ").map((pair) => pair.split("="))) };
      return;
    // They do not change the files of the image.
    case "EXPOSE":
    case "CMD":
    case "ARG":
      return;
    default:
      throw new Error(`the Dockerfile has an instruction that nobody plays here: ${word}`);
  }
}

/** The place of an image's path on this machine. */
function placeOf({ root, workdir }: Stage, path: string): string {
  return join(root, path.startsWith("/") ? path : join(workdir, path));
}

/** Copies the content of a directory into the target, or a file into it under its name if the target is a directory. */
function copy(stage: Stage, { stages, source, isCopied }: Context, words: readonly string[]): void {
  const from = words[0]?.startsWith("--from=") === true ? words[0].slice("--from=".length) : null;
  const [target = "", ...paths] = words.slice(from === null ? 0 : 1).toReversed();
  const other = stages.find(({ name }) => name === from);
  if (from !== null && other === undefined) throw new Error(`COPY --from=${from}: there is no such stage`);
  for (const path of paths) {
    const origin = other === undefined ? join(source, path) : placeOf(other, path);
    const isFileInto = target.endsWith("/") && other === undefined;
    const place = placeOf(stage, isFileInto ? join(target, path) : target);
    mkdirSync(dirname(place), { recursive: true });
    const filter = (file: string): boolean => other !== undefined || isCopied(relative(source, file));
    cpSync(origin, place, { recursive: true, filter, verbatimSymlinks: true });
  }
}

/** Supports `*` and names of files and folders, with or without `!`. The last matching line decides. */
function notIgnored(source: string): (path: string) => boolean {
  const lines = readFileSync(join(source, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const fits = (name: string, path: string): boolean =>
    name === "*" || path === name || path.startsWith(`${name}/`) || name.startsWith(`${path}/`);
  return (path) => {
    const last = lines.findLast((line) => {
      const isKept = line.startsWith("!");
      const name = isKept ? line.slice(1) : line;
      // A folder that only leads to a kept path is not excluded.
      return fits(name, path) && (isKept || !name.startsWith(`${path}/`));
    });
    return last?.startsWith("!") === true;
  };
}

/** Absolute paths of the image are below the stage's root here. */
function run(stage: Stage, command: string): void {
  const here = command.replaceAll(/(?<=\s)\/(app|build|etc)\b/g, `${stage.root}/$1`);
  const { NODE_ENV: _, ...env } = process.env;
  execFileSync("sh", ["-c", here], {
    cwd: placeOf(stage, "."),
    // This Node comes first, as in the image.
    env: { ...env, PATH: [dirname(process.execPath), env["PATH"] ?? ""].join(delimiter), ...stage.env },
    stdio: ["ignore", "ignore", "inherit"],
  });
}
