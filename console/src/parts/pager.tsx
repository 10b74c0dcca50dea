import type { JSX } from "preact";
import { words } from "../words/words.ts";

export function Pager({
  cursor,
  next,
  onGo,
}: {
  cursor: string | undefined;
  next: string | null;
  onGo: (cursor: string | null) => void;
}): JSX.Element | null {
  const w = words.value.list;
  if (cursor === undefined && next === null) return null;
  return (
    <div class="pager">
      {cursor !== undefined && (
        <button type="button" onClick={() => onGo(null)}>
          {w.first}
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => onGo(next)}>
          {w.more}
        </button>
      )}
    </div>
  );
}
