/**
 * The wire through a bridge: a process that the user runs around the vendor's JAR, because apione's
 * signature is not public. The contract is in docs/hainan-bridge.md.
 *
 * Invariants: the secret key is never sent to the bridge, which has it already. What a bridge writes about a
 * failure is never shown, because it may contain the payload. A request that the bridge took may have reached
 * the platform, unless the bridge says `left: false`.
 */
import { z } from "zod";
import { classifyTransport, parseBody } from "../../classify-http.ts";
import { wireOver, type Wire, type WireAnswer } from "../../platform-http.ts";

interface BridgeOptions {
  readonly accessKey: string;
  readonly region: "INTER" | "INTRA";
  /** The gateway that the bridge is to call. */
  readonly requestUrl: string;
  /** The path that, below the bridge's URL, stands for that URL itself. */
  readonly path: string;
}

type Answered = Extract<WireAnswer, { kind: "answered" }>;

/** @param wire leads to the bridge */
export function bridgeWire(wire: Wire, { accessKey, region, requestUrl, path }: BridgeOptions): Wire {
  return wireOver(wire, async (call, signal) => {
    const { method, path: api, query = {}, guard = null, isUnobservable = false } = call;
    const json = { method, api, query, region, requestUrl, accessKey };
    const answer = await wire.call({ method: "POST", path, json, guard, isUnobservable }, signal);
    switch (answer.kind) {
      case "answered":
        return readAnswer(answer);
      case "invalid":
        return answer;
      case "unreachable":
        return { kind: "unreachable", detail: `the bridge is away: ${answer.detail}` };
      case "lost":
        return { ...answer, detail: `the bridge gave no answer: ${answer.detail}` };
    }
  });
}

const answerSchema = z.looseObject({
  /** Null where the JAR does not tell the status: then the body alone decides. */
  status: z.int().min(100).max(599).nullish(),
  body: z.union([z.string(), z.looseObject({})]),
  retryAfter: z.union([z.string(), z.int().transform(String)]).nullish(),
});

const failureSchema = z.looseObject({ left: z.boolean() });

function readAnswer({ status, text }: Answered): WireAnswer {
  if (status === 200) return readPlatformAnswer(text);
  const failure = failureSchema.safeParse(parseBody(text));
  // A refusal is about the request to the bridge: the bridge did not take it, so nothing left.
  const left = failure.success ? failure.data.left : !isRefusal(status);
  return left
    ? {
        kind: "lost",
        cause: status === 504 ? "timeout" : "connection",
        detail: `the bridge got no answer (HTTP ${status})`,
      }
    : { kind: "unreachable", detail: `the bridge sent nothing (HTTP ${status})` };
}

/** Whether a server that gives this status has certainly passed nothing on. */
function isRefusal(status: number): boolean {
  const outcome = classifyTransport({ kind: "answered", status, retryAfter: null, text: "" }, 0);
  return outcome !== null && outcome.kind !== "unknown";
}

function readPlatformAnswer(text: string): WireAnswer {
  const answer = answerSchema.safeParse(parseBody(text));
  if (!answer.success)
    return { kind: "lost", cause: "unreadable", detail: "the bridge's answer is not understood" };
  const { status, body, retryAfter } = answer.data;
  return {
    kind: "answered",
    status: status ?? 200,
    retryAfter: retryAfter ?? null,
    text: typeof body === "string" ? body : JSON.stringify(body),
  };
}
