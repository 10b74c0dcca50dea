/**
 * POST /_sandbox/messages, /_sandbox/messages/{id}/read and …/handled: plays what happens at Yunzmall, whose
 * own API is read-only.
 */
import { z } from "zod";
import { parseExactly } from "../exact-numbers.ts";
import { newMessageSchema } from "../yunzmall/message-book.ts";
import { type ControlAnswer, type ControlCall, type Door, ok, withBody } from "./control-door.ts";

const messagesSchema = z.strictObject({ messages: z.array(newMessageSchema).min(1) });
const doorPattern = /^\/_sandbox\/messages\/(\d+)\/(read|handled)$/;

export function addMessages(call: ControlCall): ControlAnswer {
  return withBody({ schema: messagesSchema, call, parse: parseExactly }, ({ messages }) =>
    ok({ ids: messages.map((message) => call.state.messages.add(message)) }),
  );
}

export function messageDoor(method: string, path: string): Door | null {
  const match = doorPattern.exec(path);
  if (method !== "POST" || !match) return null;
  const change = match[2] === "read" ? ({ status: 1 } as const) : ({ handle_status: 0 } as const);
  return ({ state }) =>
    state.messages.change(match[1] ?? "", change)
      ? ok({ ok: true })
      : { status: 404, body: { error: `there is no message ${match[1]}` } };
}
