/**
 * The page that the `type` of a problem leads to, and the same as Markdown: docs/errors.md.
 */
import { escape, page } from "./docs-page.ts";
import { PROBLEM_WORDS, type ProblemWords } from "./problem-words.ts";
import { ERRORS_PATH, TITLES, type ProblemCode } from "./problem.ts";

const ABOUT =
  "Every answer that is not a success is `application/problem+json` (RFC 9457). `code` is for programs, `detail` for " +
  "people; `errors` names wrong fields by JSON pointer; `type` leads here.";

const problems = Object.entries(PROBLEM_WORDS) as [ProblemCode, ProblemWords][];

export function errorsPage(): string {
  const sections = problems.map(
    ([code, { status, meaning, remedy }]) =>
      `<h2 id="${code}"><code>${code}</code></h2>
<p>HTTP ${status}: ${escape(TITLES[code])}. ${marked(meaning)}</p>
<p><strong>What to do:</strong> ${marked(remedy)}</p>`,
  );
  return page("Errors of the Bida API", `<p>${marked(ABOUT)}</p>\n${sections.join("\n")}`);
}

/** The text of docs/errors.md. */
export function errorsText(): string {
  const sections = problems.map(
    ([code, { status, meaning, remedy }]) =>
      `## ${code}\n\nHTTP ${status}: ${TITLES[code]}. ${meaning}\n\n**What to do:** ${remedy}\n`,
  );
  return `# Errors of the API

Made from the code by \`npm run openapi\`; not edited by hand. ${ABOUT} The API serves this page at \`${ERRORS_PATH}\`.

${sections.join("\n")}`;
}

function marked(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}
