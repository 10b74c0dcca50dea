/**
 * The commands that the documentation tells a reader to type, and those that no test runs as written, with the
 * reason.
 */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The Chinese pages have the same commands, as test/docs/chinese.test.ts and languages.test.ts make sure. */
const PAGES = globSync(
  ["*.md", "docs/**/*.md", "bench/*.md", "clients/*/*.md", "src/**/*.md", "packaging/*.md"],
  { cwd: ROOT },
).filter((page) => !/^docs\/zh\/|zh-CN\.md$|^CHANGELOG\.md$/.test(page));

interface Documented {
  readonly page: string;
  readonly command: string;
}

const PROGRAMS =
  /^(?:npm|npx|node|bida|curl|redis-server|redis-cli|XADD|docker|kubectl|systemctl|promtool|prometheus|java|javac|jar|php|composer|mvn|git|sh|export|mkdir|cp|[A-Z_]+=\S+) /;

/** Every line of shell blocks; of blocks without a language, the lines that begin with a program. */
export function documentedCommands(): readonly Documented[] {
  return PAGES.flatMap((page) =>
    // Matches every block, so that the end of one is never taken for the beginning of the next.
    [...read(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
      .filter(([, language = ""]) => ["", "sh", "bash"].includes(language))
      .flatMap(([, language, block = ""]) =>
        linesOf(block)
          .filter((line) => language !== "" || PROGRAMS.test(line))
          .map((command) => ({ page, command })),
      ),
  );
}

function linesOf(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+#.*$|^#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** Commands within the text: `bida …`, `npx bida …`, `npm run …`. */
export function mentionedCommands(): readonly Documented[] {
  return PAGES.flatMap((page) =>
    [...read(page).matchAll(/`((?:npx )?bida|npm run) ([^`\n]+)`/g)].map(([, program = "", rest = ""]) => ({
      page,
      command: `${program} ${rest}`,
    })),
  );
}

function read(page: string): string {
  return readFileSync(`${ROOT}${page}`, "utf8");
}

/** test/full/documented.test.ts runs all other commands. */
const NOT_RUN: readonly (readonly [form: RegExp, why: string])[] = [
  [/^npm ci && npm run demo$/, "test/docs/demo.test.ts runs the demo"],
  [/^npm ci && npm test$/, "it is what runs the tests"],
  [/^docker /, "no container engine is here: test/full/image.test.ts plays the image without one"],
  [/^kubectl /, "no cluster is here: test/deploy/kubernetes.test.ts checks every object against its schema"],
  [
    /^(?:npm ci && npm run pack|useradd|mkdir -p \/opt|tar -xzf dist|npm install --prefix|ln -sfn|node \/opt|install -o root|cp deploy\/systemd)/,
    "it changes the machine: test/packages/packages.test.ts packs and installs, test/deploy/systemd.test.ts verifies the units",
  ],
  [/^systemctl /, "no systemd is here: test/deploy/systemd.test.ts has systemd-analyze verify the units"],
  [
    /^npm run outbox |^npx bida outbox /,
    "it needs a database: test/integration/outbox-*.test.ts run the relay",
  ],
  [/^npm run bench/, "it measures, for minutes or an hour"],
  [/^XADD /, "a form, with … for the payload: the README's own order is run"],
  [
    /^(?:mkdir|jar|javac --release|javac -encoding|java -cp build) ?/,
    "test/doors/client/clients.test.ts runs it",
  ],
  [/^php leave\.php$/, "test/doors/client/clients.test.ts runs it"],
  [/HainanBridge/, "it needs the platform's own JAR"],
];

/** Null if a test runs the command as written. */
export function whyNotRun(command: string): string | null {
  return NOT_RUN.find(([form]) => form.test(command))?.[1] ?? null;
}

/** Reasons that match no command; such a rest could hide a command that is added later. */
export function unusedReasons(): readonly string[] {
  const commands = documentedCommands();
  return NOT_RUN.filter(([form]) => !commands.some(({ command }) => form.test(command))).map(
    ([, why]) => why,
  );
}
