/**
 * The form of an answer, where the documents leave it open: which type `success` has, and what stands in
 * `data` when there is nothing to say (settings `successForm` and `emptyData`).
 */
import type { Endpoint, Reply } from "./endpoint.ts";
import type { Settings } from "./settings.ts";

type Json = Readonly<Record<string, unknown>>;

export function shapeAnswer(reply: Reply, { kind }: Pick<Endpoint, "kind">, settings: Settings): Reply {
  if (kind === "token" || reply.status !== 200 || !isObject(reply.body)) return reply;
  const shaped = shapeLevel(reply.body, kind === "write", settings);
  const { content } = shaped;
  const body = isObject(content)
    ? { ...shaped, content: shapeLevel(content, kind === "write", settings) }
    : shaped;
  return { ...reply, body, text: JSON.stringify(body) };
}

function shapeLevel(level: Json, isWrite: boolean, { successForm, emptyData }: Settings): Json {
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
