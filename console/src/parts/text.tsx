/** Texts of platforms and producers: text nodes alone, with what is invisible shown, and long ones folded. */
import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { moment, pieces, relative } from "../data/show.ts";
import { words } from "../words/words.ts";

const LONG = 400;

export function Text({ value, long = LONG }: { value: string | null; long?: number }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if (value === null || value === "") return <span class="faint">–</span>;
  const isCut = !isWhole && value.length > long;
  return (
    <bdi class="text">
      <Marked value={isCut ? `${value.slice(0, long)}…` : value} />
      {isCut && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {words.value.showAll}
        </button>
      )}
    </bdi>
  );
}

/** Without a button, for inside links. */
export function Short({ value, long = 60 }: { value: string; long?: number }): JSX.Element {
  return (
    <bdi class="text" title={value.length > long ? value.slice(0, 500) : undefined}>
      <Marked value={value.length > long ? `${value.slice(0, long)}…` : value} />
    </bdi>
  );
}

function Marked({ value }: { value: string }): JSX.Element {
  return <>{pieces(value).map(({ text, isMark }) => (isMark ? <span class="mark">{text}</span> : text))}</>;
}

export function Moment({
  iso,
  isRelative = false,
}: {
  iso: string | null;
  isRelative?: boolean;
}): JSX.Element {
  if (iso === null) return <span class="faint">–</span>;
  return (
    <time dateTime={iso} title={`${iso} · ${relative(iso)}`}>
      {isRelative ? relative(iso) : moment(iso)}
    </time>
  );
}
