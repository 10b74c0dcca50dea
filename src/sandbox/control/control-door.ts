/** A control call and its answer: 400 with the reason for an invalid body. */
import { z } from "zod";
import { parseJson } from "../exchange.ts";
import type { SandboxState } from "../state.ts";

export type ControlAnswer = {
  readonly status: number;
  readonly body: unknown;
  /** How long the whole sandbox is unreachable after this answer. */
  readonly darkForMs?: number;
};
export type ControlCall = {
  readonly state: SandboxState;
  readonly query: URLSearchParams;
  readonly text: string;
};
export type Door = (call: ControlCall) => ControlAnswer;

export function withBody<T>(
  {
    schema,
    call,
    parse = parseJson,
  }: {
    readonly schema: z.ZodType<T>;
    readonly call: ControlCall;
    readonly parse?: (text: string) => unknown;
  },
  act: (body: T) => ControlAnswer,
): ControlAnswer {
  const body = schema.safeParse(call.text === "" ? {} : parse(call.text));
  if (body.success) return act(body.data);
  return { status: 400, body: { error: z.prettifyError(body.error) } };
}

export function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}
