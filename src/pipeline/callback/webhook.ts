/**
 * Posts callbacks: 10 s for the whole call, no redirects, never through a proxy (which would resolve the name
 * itself, past our rules about addresses). Of the answer only the status is kept.
 */
import { Agent, errors } from "undici";
import { parseRetryAfter } from "../../platforms/classify-http.ts";
import { tolerantConnector } from "../../platforms/http/tolerant-connector.ts";
import type { CallbackOutcome } from "../../delivery/callback.ts";
import { hostOf, lookupOf, destinationRefusal, type CallbackRules } from "./destination.ts";
import { webhookHeaders, type Posted } from "./signature.ts";

const TIMEOUT_MS = 10_000;

export class Webhook {
  readonly #agent: Agent;
  readonly #rules: CallbackRules;
  readonly #secretsFor: (host: string) => readonly string[];

  /** @param secretsFor a host's secrets, the newest first */
  constructor(rules: CallbackRules, secretsFor: (host: string) => readonly string[]) {
    this.#rules = rules;
    this.#secretsFor = secretsFor;
    this.#agent = new Agent({
      connections: 8,
      connect: tolerantConnector({ timeout: 3_000, lookup: lookupOf(rules) }),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  async post(url: string, { message, now, traceparent = null }: Posted): Promise<CallbackOutcome> {
    // The rules may have become stricter since the delivery was acknowledged.
    const refusal = destinationRefusal(url, this.#rules);
    if (refusal !== null) return { kind: "forbidden", detail: refusal };
    try {
      const { origin, pathname, search } = new URL(url);
      const answer = await this.#agent.request({
        origin,
        path: `${pathname}${search}`,
        method: "POST",
        headers: {
          ...webhookHeaders(message, this.#secretsFor(hostOf(url))),
          "user-agent": "bida",
          ...(traceparent === null ? {} : { traceparent }),
        },
        body: message.body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body.dump();
      return outcomeOf({ status: answer.statusCode, retryAfter: answer.headers["retry-after"] }, now);
    } catch (error) {
      return failureOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function outcomeOf(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | string[] | undefined },
  now: number,
): CallbackOutcome {
  const detail = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered", detail };
  // Standard Webhooks: 410 means that the receiver wants no more callbacks.
  if (status === 410) return { kind: "forbidden", detail: `${detail}: the receiver is gone` };
  const told = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
  return { kind: "failed", detail, retryAfterMs: parseRetryAfter(told ?? null, now) };
}

function failureOf(error: unknown): CallbackOutcome {
  const given = error instanceof Error && "code" in error ? error.code : undefined;
  // A parser of HTTP has none for what is no HTTP.
  const code = typeof given === "string" ? given : "unknown cause";
  if (code === "PRIVATE_ADDRESS") return { kind: "forbidden", detail: "its host has a private address" };
  const detail =
    error instanceof errors.RequestAbortedError || (error instanceof Error && error.name === "TimeoutError")
      ? "no answer in time"
      : `no answer (${code})`;
  return { kind: "failed", detail, retryAfterMs: null };
}
