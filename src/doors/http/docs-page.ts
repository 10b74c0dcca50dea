/**
 * The contract as a page for people: one file without scripts, which loads nothing.
 */
import type { openApi } from "./openapi.ts";
import { ERRORS_PATH } from "./problem.ts";

type Document = ReturnType<typeof openApi>;

interface Shown {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    name?: string;
    in?: string;
    required?: boolean;
    description?: string;
    schema?: unknown;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema?: unknown }>> };
  readonly responses?: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, { schema?: unknown }>> }>
  >;
  readonly security?: readonly unknown[];
  readonly "x-roles"?: readonly string[];
}

export function docsPage(document: Document): string {
  const calls = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Shown>).map(([method, shown]) => ({ path, method, shown })),
  );
  const contents = calls.map(
    ({ path, method, shown }) =>
      `<li><a href="#${escape(shown.operationId ?? "")}"><code>${method.toUpperCase()} ${escape(path)}</code></a> ${escape(shown.summary ?? "")}</li>`,
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) => `<h3 id="schema-${escape(name)}">${escape(name)}</h3>${json(schema)}`,
  );
  return page(
    "Bida API",
    `<p>${escape(document.info.description ?? "")} The same for programs: <a href="openapi.json">/openapi.json</a>.</p>
<p>Calls want <code>Authorization: Bearer &lt;key&gt;</code>; each says for which roles of keys it is.
Errors are <code>application/problem+json</code> with <code>code</code> and, for wrong fields, <code>errors</code>:
<a href="${ERRORS_PATH.slice(1)}">what each means</a>.</p>
<ul>${contents.join("\n")}</ul>
${calls.map(section).join("\n")}
<h2>Schemas</h2>
${schemas.join("\n")}`,
  );
}

/** A page that contains its own style, and loads nothing. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escape(title)}</h1>
${body}
</main></body></html>
`;
}

function section({ path, method, shown }: { path: string; method: string; shown: Shown }): string {
  const parameters = (shown.parameters ?? []).map(
    ({ name = "", in: where = "", required = false, description = "", schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(where)}${required ? ", required" : ""}</td><td>${escape(description)}</td><td>${json(schema)}</td></tr>`,
  );
  const body = Object.values(shown.requestBody?.content ?? {})[0]?.schema;
  const answers = Object.entries(shown.responses ?? {}).map(
    ([status, { description = "", content = {} }]) =>
      `<tr><td>${escape(status)}</td><td>${escape(description)}</td><td>${linkTo(Object.values(content)[0]?.schema)}</td></tr>`,
  );
  return `<h2 id="${escape(shown.operationId ?? "")}"><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p><strong>${escape(shown.summary ?? "")}.</strong> ${escape(shown.description ?? "")}</p>
<p>For: ${shown.security === undefined ? escape((shown["x-roles"] ?? []).join(", ")) : "everybody, without a key"}.</p>
${parameters.length === 0 ? "" : `<table>${parameters.join("")}</table>`}
${body === undefined ? "" : `<p>Body</p>${json(body)}`}
<table>${answers.join("")}</table>`;
}

function linkTo(schema: unknown): string {
  const reference = (schema as { $ref?: string } | undefined)?.$ref?.split("/").at(-1);
  return reference === undefined ? "" : `<a href="#schema-${escape(reference)}">${escape(reference)}</a>`;
}

function json(value: unknown): string {
  // With `tabindex`, so that long ones can be scrolled by keyboard.
  return value === undefined ? "" : `<pre tabindex="0">${escape(JSON.stringify(value, null, 2))}</pre>`;
}

export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** On a phone tables become lists and long names break; the colours follow the system's theme. */
const STYLE = `:root{color-scheme:light dark;--code:light-dark(#f4f4f4,#242c38);--edge:light-dark(#ddd,#444)}
html{background:light-dark(#fff,#14181f);color:light-dark(#1a2230,#e6eaf1)}a{color:light-dark(#0b57c4,#7db4ff)}
body{font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
code,pre{font:13px/1.4 ui-monospace,monospace}pre{background:var(--code);padding:.6rem;overflow:auto;max-height:20rem;margin:0;overflow-wrap:normal}td pre{white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--edge);padding:.3rem .6rem;vertical-align:top}
h2{margin-top:2.5rem;border-top:2px solid;padding-top:.5rem}
@media(max-width:640px){body{margin:1rem auto}ul{padding-left:1rem}table,tbody{display:block}td{display:block;border:0;padding:.1rem 0}tr{display:block;border-top:1px solid var(--edge);padding:.4rem 0}td:empty{display:none}}`;
