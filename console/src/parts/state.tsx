/** What stands where data will be: loading, failed, nothing. */
import type { ComponentChildren, JSX } from "preact";
import { BidaError } from "../../../src/doors/client/errors.ts";
import type { Query } from "../data/query.ts";
import { words } from "../words/words.ts";
import { Text } from "./text.tsx";

export function Loaded<T>({
  query,
  children,
}: {
  query: Query<T>;
  children: (data: T) => ComponentChildren;
}): JSX.Element {
  if (query.data !== null) return <>{children(query.data)}</>;
  if (query.error !== null) return <Problem error={query.error} onRetry={query.refresh} />;
  return <p class="faint">{words.value.list.loading}</p>;
}

/** @param isOfAct what failed is what somebody wanted to do, not what was to be shown */
export function Problem({
  error,
  onRetry,
  isOfAct = false,
}: {
  error: unknown;
  onRetry?: () => void;
  isOfAct?: boolean;
}): JSX.Element {
  const { problem } = words.value;
  const isForbidden = error instanceof BidaError && error.status === 403;
  return (
    <div class="problem" role="alert">
      <strong>{isForbidden ? problem.forbidden : isOfAct ? ofAct(error) : problem.failed}</strong>{" "}
      {!isForbidden && <Text value={problemText(error)} />}{" "}
      {onRetry !== undefined && !isForbidden && (
        <button type="button" onClick={onRetry}>
          {problem.retry}
        </button>
      )}
    </div>
  );
}

/** Whether it was done may not be known: then it is not said that it was not. */
function ofAct(error: unknown): string {
  return error instanceof BidaError && error.mayBeDone ? "" : words.value.act.notDone;
}

function problemText(error: unknown): string {
  if (!(error instanceof BidaError)) return error instanceof Error ? error.message : String(error);
  const { act } = words.value;
  if (error.code === "conflict" || error.code === "notDead") return `${act.raced} (${error.detail})`;
  const fields = error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return [error.mayBeDone ? act.unsure : null, error.detail, ...fields]
    .filter((text) => text !== null)
    .join(" ");
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>;
}

export function Fresh({ count, onShow }: { count: number; onShow: () => void }): JSX.Element {
  return (
    <div aria-live="polite">
      {count > 0 && (
        <button type="button" class="fresh" onClick={onShow}>
          {words.value.live.fresh(count)}
        </button>
      )}
    </div>
  );
}
