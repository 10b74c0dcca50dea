/** What a control call brings and what it gets; 400 in words for a body that does not fit. */
import { z } from "zod";
import { parseJson } from "../exchange.ts";
import type { SandboxState } from "../state.ts";

export type ControlAnswer = {
  readonly status: number;
  readonly body: unknown;
  /** After this answer the whole sandbox is unreachable for so long. */
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
