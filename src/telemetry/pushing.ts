/**
 * What pushing metrics and traces over OTLP has in common: the receiver's address, and a report when it refuses.
 */
type Signal = "metrics" | "traces";

/** Called after each push: null if the receiver accepted it, otherwise the error. */
export type OnPush = (failed: string | null) => void;

/** @param url the receiver's URL; that of one signal (`…/v1/metrics`) means the same receiver */
export function receiverUrl(url: string, signal: Signal): string {
  return `${url.replace(/\/+$/, "").replace(/\/v1\/(?:metrics|traces|logs)$/, "")}/v1/${signal}`;
}

interface ExportResult {
  readonly code: number;
  readonly error?: Error;
}

const TAKEN = 0;
const LONGEST = 200;

/** The failure in a few words, without the receiver's answer. */
export function failureOf({ code, error }: ExportResult): string | null {
  if (code === TAKEN) return null;
  const { code: told, message = "not taken" } = (error ?? {}) as { code?: unknown; message?: string };
  const status = typeof told === "number" ? `HTTP ${told}` : typeof told === "string" ? told : "";
  return (status || message).slice(0, LONGEST);
}

/** Reports the first failure, and the first success after failures. */
export function onlyChanges(onPush: OnPush): OnPush {
  let isFailing = false;
  return (failed) => {
    if ((failed !== null) === isFailing) return;
    isFailing = failed !== null;
    onPush(failed);
  };
}
