/**
 * The form of an answer, where the documents leave it open: the type of `success`, empty `data`, whether ids
 * are numbers (settings `successForm`, `emptyData`, `bigIds`); and the fault that alters the texts of one
 * answer.
 */
import { alterAnswer } from "./altered-text.ts";
import { withBigIds } from "./big-ids.ts";
import type { Call, Endpoint, EndpointName, Reply } from "./endpoint.ts";
import type { Settings } from "./settings.ts";

type Json = Readonly<Record<string, unknown>>;

export function shapeAnswer(
  reply: Reply,
  { endpoint: { kind, name }, call }: { readonly endpoint: Endpoint; readonly call: Call },
): Reply {
  const { settings } = call.state;
  if (kind === "token" || reply.status !== 200 || !isObject(reply.body)) return reply;
  const body = shapeBody(altered(reply.body, { name, call }), { isWrite: kind === "write", settings });
  return { ...reply, body, text: settings.bigIds ? withBigIds(body) : JSON.stringify(body) };
}

function altered(
  body: Json,
  { name, call: { fault, state } }: { readonly name: EndpointName; readonly call: Call },
): Json {
  const stored = name.startsWith("message.") ? state.settings.storedText : null;
  const how = fault?.fault === "altered-text" ? fault.how : stored;
  return how === null ? body : (alterAnswer(body, how) as Json);
}

function shapeBody(
  body: Json,
  { isWrite, settings }: { readonly isWrite: boolean; readonly settings: Settings },
): Json {
  const shaped = shapeLevel(body, { isWrite, settings });
  const { content } = shaped;
  return isObject(content) ? { ...shaped, content: shapeLevel(content, { isWrite, settings }) } : shaped;
}

function shapeLevel(
  level: Json,
  {
    isWrite,
    settings: { successForm, emptyData },
  }: { readonly isWrite: boolean; readonly settings: Settings },
): Json {
  const shaped = { ...level };
  if (successForm === "swapped" && "success" in level) shaped["success"] = swapped(level["success"]);
  if (!isWrite || !("data" in level) || !isEmpty(level["data"])) return shaped;
  if (emptyData === "absent") delete shaped["data"];
  else if (emptyData !== "document") shaped["data"] = forms[emptyData];
  return shaped;
}

const forms = { object: {}, null: null, text: "", list: [] } as const;

function swapped(success: unknown): unknown {
  return typeof success === "boolean" ? String(success) : success === "true";
}

function isEmpty(data: unknown): boolean {
  return data === null || (isObject(data) && Object.keys(data).length === 0);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
