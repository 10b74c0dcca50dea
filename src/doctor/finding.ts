import { say } from "../language/say.ts";
import type { Finding } from "../doors/cli/environment.ts";

export type { Finding };

export const ok = (about: string, found: string): Finding => ({ about, verdict: "ok", found, mend: null });

interface Trouble {
  readonly about: string;
  readonly found: string;
  /** What a person can do about it. */
  readonly mend: string;
}

export const warning = (trouble: Trouble): Finding => ({ verdict: "warning", ...trouble });

export const broken = (trouble: Trouble): Finding => ({ verdict: "broken", ...trouble });

/** `75 s`, `5 min`, `3 h`, `4 d`. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return say("{seconds} s", { seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return say("{minutes} min", { minutes });
  const hours = Math.round(minutes / 60);
  return hours < 72 ? say("{hours} h", { hours }) : say("{days} d", { days: Math.round(hours / 24) });
}
