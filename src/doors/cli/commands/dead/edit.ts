/**
 * Edits the payload of a dead letter and replays it; the original stays with its record.
 */
import type { Command } from "commander";
import { writeJson } from "../../../../delivery/write-json.ts";
import { atDesk, examples, type Cli, type DeskTask, type JsonOption } from "../../cli.ts";
import type { DeskOptions } from "../../desk.ts";
import { EXIT, UsageError } from "../../exit-status.ts";
import { collect } from "../../flags.ts";
import { parseObject, readObject, type JsonObject } from "../../read-input.ts";

interface EditOptions extends JsonOption, DeskOptions {
  readonly payload?: string;
  readonly set?: readonly string[];
  readonly note?: string;
}

export function addEdit(dead: Command, cli: Cli): void {
  const command = dead
    .command("edit")
    .description("edit the payload of a dead letter and replay it (in your editor, or by flags)")
    .argument("<id>", "the delivery's id")
    .option("--payload <json>", "the new payload: JSON, @file, or - for stdin")
    .option("--set <field=value>", "change one field, a.b.0 for inner ones; JSON, or text", collect)
    .option("--note <text>", "why, for the timeline");
  atDesk<EditOptions>(command, cli, async (task) => {
    const {
      args: [id = ""],
      options: { note },
      client,
      out,
    } = task;
    const payload = await editedPayload(id, task, cli);
    if (payload === null) {
      out.say("Nothing was changed, and nothing is replayed.");
      return EXIT.failed;
    }
    const delivery = await client.deadLetters.replay(id, {
      payload,
      ...(note === undefined ? {} : { note }),
    });
    if (out.isJson) out.json(delivery);
    else out.data(delivery.id);
    out.say(`Replayed as generation ${delivery.generation}: it is ${delivery.status}.`);
    return EXIT.ok;
  });
  examples(command, [
    "bida dead edit d01J…",
    "bida dead edit d01J… --set title=巡检整改 --set params.0.openId=5a39c75ae4b0a5d9edbf1d67",
    "bida dead edit d01J… --payload @mended.json",
  ]);
}

async function editedPayload(
  id: string,
  { options: { payload, set }, client }: DeskTask<EditOptions>,
  { world }: Cli,
): Promise<JsonObject | null> {
  if (payload !== undefined && set !== undefined) throw new UsageError("expected either --payload or --set");
  if (payload !== undefined) return readObject("--payload", payload, world.stdin);
  if (set === undefined && !world.stdin.isTTY)
    throw new UsageError("expected --payload or --set: there is no terminal to edit in");
  const { payload: before = {} } = await client.get(id, { include: ["payload"] });
  refuseLostDigits(before);
  if (set !== undefined) {
    const after = set.reduce(withField, before);
    refuseLostDigits(after);
    return after;
  }
  const text = await world.edit(`${JSON.stringify(before, null, 2)}\n`);
  return text === null ? null : parseObject("the edited payload", text);
}

/** A number that has lost digits on its way here must not go back as the payload's own. */
function refuseLostDigits(payload: JsonObject): void {
  const writing = writeJson(payload);
  if (writing.kind === "written") return;
  const [fault] = writing.faults;
  throw new UsageError(
    `${fault?.pointer ?? ""}: ${fault?.detail ?? ""}; give the whole payload with --payload`,
  );
}

function withField(before: JsonObject, change: string): JsonObject {
  const [, path, text = ""] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
  if (path === undefined) throw new UsageError(`--set ${change}: expected field=value`);
  const after = structuredClone(before) as Record<string, unknown>;
  const steps = path.split(".");
  let inner: Record<string, unknown> = after;
  for (const step of steps.slice(0, -1)) {
    const next = Object.hasOwn(inner, step) ? inner[step] : undefined;
    if (typeof next !== "object" || next === null) throw new UsageError(`--set ${path}: there is no ${step}`);
    inner = next as Record<string, unknown>;
  }
  const last = steps.at(-1) ?? path;
  Object.defineProperty(inner, last, {
    value: valueOf(text),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return after;
}

/** `3` and `true` are JSON, `巡检整改` is text; a number as text is `"3"`. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text itself is meant.
    return text;
  }
}
