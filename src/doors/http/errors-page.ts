/**
 * The page to which the `type` of a problem leads, and the same as Markdown: docs/errors.md.
 */
import { escape, page } from "./docs-page.ts";
import type { Language } from "../../language/language.ts";
import { inLanguage } from "../../language/say.ts";
import { CHINESE_PROBLEM_WORDS } from "./chinese-problem-words.ts";
import { PROBLEM_WORDS, type ProblemWords } from "./problem-words.ts";
import { ERRORS_PATH, TITLES, type ProblemCode } from "./problem.ts";

const ABOUT =
  "Every answer that is not a success is `application/problem+json` (RFC 9457). `code` is for programs. `detail` is for " +
  "people, in English or Chinese (`Accept-Language`). `errors` names wrong fields by JSON pointer. `type` leads to this page.";

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

/** The text of docs/errors.md, and of docs/zh/errors.md. */
export function errorsText(language: Language = "en"): string {
  const { title, made, served, todo, colon } = FRAME[language];
  const sections = problems.map(([code, { status, ...english }]) => {
    const { meaning, remedy } = language === "zh" ? CHINESE_PROBLEM_WORDS[code] : english;
    const said = inLanguage(TITLES[code], language);
    const sentence = language === "zh" ? `${said}。${meaning}` : `${said}. ${meaning}`;
    return `## ${code}\n\nHTTP ${status}${colon}${sentence}\n\n**${todo}**${language === "zh" ? "" : " "}${remedy}\n`;
  });
  return `# ${title}\n\n${made}${served}\n\n${sections.join("\n")}`;
}

const FRAME = {
  en: {
    title: "Errors of the API",
    made: `Made from the code by \`npm run openapi\`; not edited by hand. ${ABOUT} `,
    served: `The API serves this page at \`${ERRORS_PATH}\`.`,
    todo: "What to do:",
    colon: ": ",
  },
  zh: {
    title: "API 的错误",
    made:
      "由 `npm run openapi` 从代码生成，请勿手工编辑。所有失败的应答都是 `application/problem+json`（RFC 9457）。`code` 供程序使用，" +
      "`detail` 供人阅读，语言（中文或英文）由 `Accept-Language` 决定。`errors` 用 JSON pointer 指出错误的字段。`type` 指向本页。",
    served: `API 在 \`${ERRORS_PATH}\` 提供本页的英文版。`,
    todo: "处理：",
    colon: "：",
  },
} as const satisfies Readonly<Record<Language, object>>;

function marked(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}
