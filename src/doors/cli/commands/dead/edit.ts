/**
 * Edits the payload of a dead letter and replays it, or edits one field of all that match a filter. The
 * original payloads stay with the records.
 */
import type { Command } from "commander";
import { readJson } from "../../../../delivery/exact-json.ts";
import { ExactNumber } from "../../../../delivery/exact-number.ts";
import { pointerTo } from "../../../../delivery/json-pointer.ts";
import type { BulkAction, BulkOrder, FieldEditOrder, StartedEdit } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type ConnectionTask } from "../../cli.ts";
import { EXIT, UsageError, type ExitStatus } from "../../exit-status.ts";
import { collect } from "../../flags.ts";
import type { Column } from "../../table.ts";
import { isForMany, reasonOf, withBulk } from "./act.ts";
import { actOnMany, type BulkOptions } from "./act-on-many.ts";
import type { JsonObject } from "../../../../delivery/record.ts";
import { asWritten, parseObject, readObject } from "../../read-input.ts";

interface EditOptions extends BulkOptions {
  readonly payload?: string;
  readonly set?: readonly string[];
  readonly field?: string;
  readonly find?: string;
  readonly with?: string;
}

export function addEdit(dead: Command, cli: Cli): void {
  const command = withBulk(
    dead
      .command("edit")
      .description(
        "edit the payload of a dead letter and replay it (in your editor, or with flags); or one field of many",
      )
      .argument("[id]", "the delivery's id, or flags that select several")
      .option("--payload <json>", "the new payload: JSON, @file, or - for stdin")
      .option("--set <field=value>", "change one field, a.b.0 for inner ones; JSON, or text", collect)
      .option("--field <field>", "of many: the field in which --find is replaced by --with")
      .option("--find <text>", "a part of the field's text")
      .option("--with <text>", "the text that replaces it")
      .option("--note <text>", "why, for the timeline and the audit"),
  );
  withConnection<EditOptions>({ command, cli }, async (task) => {
    if (isForMany(task, cli)) return editMany(task, cli);
    const {
      args: [id = ""],
      options: { note },
      client,
      out,
    } = task;
    const payload = await editedPayload(id, { task, cli });
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
    out.say("Replayed as generation {generation}: it is {status}.", {
      generation: delivery.generation,
      status: delivery.status,
    });
    return EXIT.ok;
  });
  examples(command, [
    "bida dead edit d01J…",
    "bida dead edit d01J… --set title=巡检整改 --set params.0.openId=5a39c75ae4b0a5d9edbf1d67",
    "bida dead edit d01J… --payload @mended.json",
    'bida dead edit --account yzj --field url --find http:// --with https:// --dry-run --note "https now"',
  ]);
}

async function editMany(task: ConnectionTask<EditOptions>, cli: Cli): Promise<ExitStatus> {
  const { options, client, out } = task;
  const note = reasonOf(options);
  const change = changeOf(options);
  const begin = async (order: BulkOrder): Promise<BulkAction> => {
    const begun = await client.deadLetters.editMany({ ...order, ...change, note });
    if (options.dryRun === true && !out.isJson) out.table(SAMPLE, begun.sample);
    return begun;
  };
  return actOnMany({ kind: "edit", begin }, { task, cli });
}

const SAMPLE: readonly Column<StartedEdit["sample"][number]>[] = [
  { title: "ID", of: ({ id }) => id },
  { title: "BEFORE", of: ({ before }) => before },
  { title: "AFTER", of: ({ after }) => after },
  { title: "REFUSED", isSaid: true, of: ({ refused }) => refused },
];

function changeOf({ payload, set, field, find, with: replaceWith }: EditOptions): FieldChange {
  if (payload !== undefined) throw new UsageError("--payload: is for one delivery; for many, edit one field");
  if (set === undefined && (field === undefined || find === undefined || replaceWith === undefined))
    throw new UsageError("expected --set field=value, or --field, --find and --with");
  if (set === undefined)
    return { field: pointerOf(field ?? ""), find: find ?? "", replaceWith: replaceWith ?? "" };
  const [change = "", ...more] = set;
  if (more.length > 0 || field !== undefined)
    throw new UsageError("--set: for many, edit one field at a time");
  const { path, text } = assignmentIn(change);
  return { field: pointerOf(path), value: valueOf(text) };
}

type FieldChange = Pick<FieldEditOrder, "field" | "value" | "find" | "replaceWith">;

function pointerOf(field: string): string {
  return field.startsWith("/") ? field : pointerTo(field.split("."));
}

async function editedPayload(
  id: string,
  {
    task: {
      options: { payload, set },
      client,
    },
    cli: { context },
  }: { readonly task: ConnectionTask<EditOptions>; readonly cli: Cli },
): Promise<JsonObject | null> {
  if (payload !== undefined && set !== undefined) throw new UsageError("expected either --payload or --set");
  if (payload !== undefined)
    return asWritten(await readObject({ flag: "--payload", value: payload }, context.stdin));
  if (set === undefined && !context.stdin.isTTY)
    throw new UsageError("expected --payload or --set: there is no terminal to edit in");
  const { payload: before = {} } = await client.get(id, { include: ["payload"] });
  if (set !== undefined) return set.reduce(withField, before);
  const text = await context.edit(`${JSON.stringify(before, null, 2)}\n`);
  return text === null ? null : asWritten(parseObject("the edited payload", text));
}

function withField(before: JsonObject, change: string): JsonObject {
  const { path, text } = assignmentIn(change);
  return withValueAt(before, { steps: path.split("."), value: valueOf(text), path }) as JsonObject;
}

function assignmentIn(change: string): { readonly path: string; readonly text: string } {
  const [, path, text = ""] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
  if (path === undefined) throw new UsageError(`--set ${change}: expected field=value`);
  return { path, text };
}

/** Copies only along the path: everything else stays as it was read, with all digits of its numbers. */
function withValueAt(
  given: unknown,
  {
    steps: [step, ...rest],
    value,
    path,
  }: { readonly steps: readonly string[]; readonly value: unknown; readonly path: string },
): unknown {
  if (step === undefined) return value;
  const inner = given as Readonly<Record<string, unknown>>;
  const next = Object.hasOwn(inner, step) ? inner[step] : undefined;
  if (rest.length > 0 && !isContainer(next)) throw new UsageError(`--set ${path}: there is no ${step}`);
  const copy = Array.isArray(given) ? [...(given as unknown[])] : { ...inner };
  const own = {
    value: withValueAt(next, { steps: rest, value, path }),
    enumerable: true,
    configurable: true,
  };
  return Object.defineProperty(copy, step, { ...own, writable: true });
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}

/** `3` and `true` are JSON, `巡检整改` is text; a number as text is `"3"`. */
function valueOf(text: string): unknown {
  const reading = readJson(text);
  if (reading.kind === "malformed") return text;
  const [fault] = reading.faults;
  if (fault !== undefined) throw new UsageError(`--set: ${fault.detail}`);
  return reading.value;
}
