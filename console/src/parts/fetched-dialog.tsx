/** A dialog whose code is fetched when it is first opened: the first page comes sooner without. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Problem } from "./state.tsx";

type Dialog = () => JSX.Element | null;

export function FetchedDialog({
  isOpen,
  load,
}: {
  isOpen: boolean;
  load: () => Promise<Dialog>;
}): JSX.Element | null {
  const [Fetched, setFetched] = useState<Dialog | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isWanted = isOpen && Fetched === null && error === null;
  useEffect(() => {
    if (isWanted) load().then((dialog) => setFetched(() => dialog), setError);
  }, [isWanted]);
  if (!isOpen) return null;
  if (error !== null) return <Problem error={error} onRetry={() => setError(null)} />;
  return Fetched === null ? null : <Fetched />;
}
