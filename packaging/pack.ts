/**
 * Makes the packages `bida` and `bida-client` from this tree: `npm run pack` builds them in dist/ and leaves
 * dist/bida-<version>.tgz and dist/bida-client-<version>.tgz.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bidaManifest, clientManifest, type ProjectManifest } from "./manifests.ts";
import { keepTypesOf } from "./types-of-entries.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

export interface Packed {
  /** Paths of the tarballs. */
  readonly bida: string;
  readonly client: string;
}

/**
 * Files and folders of the repository that the package `bida` has too: whoever has the package alone, on a machine in
 * a closed network, has its pages in both languages, the units, the alert rules and the tables.
 */
export const PACKED_AS_THEY_ARE = [
  "LICENSE",
  "README.md",
  "README.zh-CN.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "openapi.json",
  "asyncapi.json",
  "bida.schema.json",
  "clients",
  "deploy",
  "docs",
  "examples",
] as const;

/** What a build has left in them is no part of them. */
const BUILT = /^clients\/java\/(?:build|target)$/;

/** @param dist where to build; it is emptied first */
export function pack(dist: string): Packed {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const project = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as ProjectManifest;
  return { bida: packBida(project, dist), client: packClient(project, dist) };
}

function packBida(project: ProjectManifest, dist: string): string {
  const folder = join(dist, "bida");
  compile("tsconfig.bida.json", folder);
  copyLua(folder);
  const bin = readFileSync(join(ROOT, "bin/bida.mjs"), "utf8");
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/bida.mjs"), bin.replace("../workers/bida.ts", "../workers/bida.js"), {
    mode: 0o755,
  });
  keepTypesOf(
    ["producer", "channel", "testing"].map((entry) => join(folder, `src/${entry}.d.ts`)),
    folder,
  );
  const filter = (path: string): boolean => !BUILT.test(relative(ROOT, path));
  for (const name of PACKED_AS_THEY_ARE)
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter });
  copyConsole(folder);
  return tarball(folder, { manifest: bidaManifest(project), dist });
}

function packClient(project: ProjectManifest, dist: string): string {
  const folder = join(dist, "bida-client");
  compile("tsconfig.client.json", folder);
  keepTypesOf([join(folder, "client.d.ts")], folder);
  cpSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  cpSync(join(ROOT, "packaging/client-README.md"), join(folder, "README.md"));
  return tarball(folder, { manifest: clientManifest(project), dist });
}

function compile(config: string, folder: string): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  run(process.execPath, { args: [tsc, "-p", join(ROOT, "packaging", config), "--outDir", folder] });
}

/** Scripts are read from beside the module that runs them. */
function copyLua(folder: string): void {
  for (const path of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }))
    if (path.endsWith(".lua")) cpSync(join(ROOT, "src", path), join(folder, "src", path));
}

/** A package without a console says so under /console/ itself. */
function copyConsole(folder: string): void {
  const built = join(ROOT, "console/dist");
  if (existsSync(built)) cpSync(built, join(folder, "console/dist"), { recursive: true });
}

function tarball(
  folder: string,
  { manifest, dist }: { readonly manifest: object; readonly dist: string },
): string {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const printed = run("npm", { args: ["pack", "--json", "--pack-destination", dist], cwd: folder });
  const [packed] = Object.values(JSON.parse(printed) as Record<string, { filename: string }>);
  if (packed === undefined) throw new Error("npm pack named no file");
  return join(dist, packed.filename);
}

function run(
  command: string,
  { args, cwd = ROOT }: { readonly args: readonly string[]; readonly cwd?: string },
): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bida, client } = pack(join(ROOT, "dist"));
  process.stdout.write(`${bida}\n${client}\n`);
}
