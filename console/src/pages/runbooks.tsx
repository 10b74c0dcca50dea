/** The runbooks of docs/runbooks, a page each, in the reader's language. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { parseMarkdown, type Block, type Inline } from "../data/markdown.ts";
import { pathTo } from "../data/place.ts";
import { language, words } from "../words/words.ts";
import { Copy } from "../parts/copy.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Problem } from "../parts/state.tsx";

const LOAD = {
  en: async () => (await import("../runbooks/en.ts")).texts,
  zh: async () => (await import("../runbooks/zh.ts")).texts,
} as const;

/** The list of them. */
const INDEX = "README";

export function Runbooks({ name = INDEX }: { name?: string }): JSX.Element {
  const w = words.value.runbooks;
  const [texts, setTexts] = useState<Readonly<Record<string, string>> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const spoken = language.value;
  useEffect(() => {
    LOAD[spoken]().then(setTexts, setFailure);
  }, [spoken]);
  if (failure !== null) return <Page title={w.title}>{<Problem error={failure} />}</Page>;
  if (texts === null) return <Page title={w.title}>{null}</Page>;
  const found = Object.entries(texts).find(([path]) => path.endsWith(`/${name}.md`));
  const [title, ...blocks] = parseMarkdown(found?.[1] ?? "");
  if (title?.kind !== "heading") return <Page title={w.title}>{<Empty>{w.missing}</Empty>}</Page>;
  return (
    <Page title={title.text} key={name}>
      <div class="runbook">
        {blocks.map((block) => (
          <Shown block={block} />
        ))}
      </div>
      {name !== INDEX && (
        <p>
          <a href={pathTo("/runbooks")}>{w.all}</a>
        </p>
      )}
    </Page>
  );
}

function Shown({ block }: { block: Block }): JSX.Element {
  switch (block.kind) {
    case "heading":
      return block.level > 2 ? <h3>{block.text}</h3> : <h2>{block.text}</h2>;
    case "paragraph":
      return (
        <p>
          <Words parts={block.parts} />
        </p>
      );
    case "list":
      return (
        <ul>
          {block.items.map((parts) => (
            <li>
              <Words parts={parts} />
            </li>
          ))}
        </ul>
      );
    case "code":
      return (
        <div class="command">
          <pre tabIndex={0}>
            <code>{block.text}</code>
          </pre>
          <Copy text={block.text} label={words.value.runbooks.copy} />
        </div>
      );
    case "table":
      return <RunbookTable rows={block.rows} />;
  }
}

function RunbookTable({ rows }: { rows: Extract<Block, { kind: "table" }>["rows"] }): JSX.Element {
  const [head = [], ...body] = rows;
  return (
    <table>
      <thead>
        <tr>
          {head.map((parts) => (
            <th scope="col">
              <Words parts={parts} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((cells) => (
          <tr>
            {cells.map((parts) => (
              <td>
                <Words parts={parts} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Words({ parts }: { parts: readonly Inline[] }): JSX.Element {
  return <>{parts.map(shown)}</>;
}

function shown(part: Inline): JSX.Element | string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return <strong>{part.text}</strong>;
    case "link": {
      const [, page] = /^([\w-]+)\.md$/.exec(part.to) ?? [];
      // Whatever else they lead to is not served here.
      return page === undefined ? part.text : <a href={pathTo(`/runbooks/${page}`)}>{part.text}</a>;
    }
  }
}
