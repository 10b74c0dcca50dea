/**
 * The fields by which lists of deliveries can be filtered, each defined once: its form in a body, a query and a
 * flag of the command line, its description, and how a delivery is compared with it.
 *
 * To add a field, add an entry here: contract, command line and lists are derived from it.
 */
import { z } from "zod";
import { NO_CODE, OTHER_CODES, platformCode } from "../delivery/dead-group.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { canonicalJson } from "../delivery/write-json.ts";
import { DEAD_REASONS, type Delivery } from "../delivery/record.ts";
import { hasReceipt } from "./look-up.ts";
import { moment, momentInQuery } from "./moment.ts";
import type { Saying } from "./ports.ts";

interface FilterField<Schema extends z.ZodType> {
  /** The schema in a body. */
  readonly schema: Schema;
  /** The schema in a query, where everything is text. Default: as in a body. */
  readonly inQuery?: z.ZodType<z.output<Schema>>;
  /** The flag of the command line: the placeholder for its value, and its help text. */
  readonly flag: readonly [value: string, help: string];
  /** How the text of the flag is parsed. */
  readonly reads: "text" | "reason" | "number" | "moment";
  /** Whether a delivery matches; null where the lists alone decide. */
  readonly fits: ((delivery: Delivery, wanted: z.output<Schema>) => boolean) | null;
  /**
   * Words that stand in every record that matches, so that others can be skipped unparsed. Null where there are
   * none.
   */
  readonly says?: (wanted: z.output<Schema>) => Saying | null;
}

const field = <Schema extends z.ZodType>(spec: FilterField<Schema>) => spec;
const text = (longest: number) => z.string().min(1).max(longest);

/** It has this name in the contract. */
export const deadReason = z.enum(DEAD_REASONS).meta({ id: "DeadReason" });
export const LAST_GENERATION = 1_000_000;
const counted = `expected a whole number from 1 to ${LAST_GENERATION}`;

export const FILTER_FIELDS = {
  account: field({
    schema: text(64),
    flag: ["<name>", "of this account"],
    reads: "text",
    fits: null,
  }),
  reason: field({
    schema: deadReason,
    flag: ["<reason>", "dead for this reason"],
    reads: "reason",
    fits: null,
  }),
  operation: field({
    schema: text(64),
    flag: ["<name>", "of this operation"],
    reads: "text",
    fits: ({ request }, wanted) => request.operation === wanted,
    says: asked,
  }),
  code: field({
    schema: text(64).describe("The platform's own code of a refusal; `-` for those without one."),
    flag: ["<code>", "refused by the platform with this code"],
    reads: "text",
    fits: ({ state }, wanted) => wanted === OTHER_CODES || (platformCode(state) ?? NO_CODE) === wanted,
    says: (wanted) =>
      wanted === OTHER_CODES || wanted === NO_CODE
        ? null
        : { of: "state", words: `${wanted}: `, anyCase: false },
  }),
  recipient: field({
    schema: text(200),
    flag: ["<id>", "to this recipient"],
    reads: "text",
    fits: ({ state }, wanted) => state.recipients.some(({ id }) => id === wanted),
  }),
  key: field({
    schema: text(200),
    flag: ["<key>", "with this idempotency key"],
    reads: "text",
    fits: ({ request }, wanted) => request.key === wanted,
  }),
  lane: field({
    schema: text(300).describe("The whole name, as a delivery shows it."),
    flag: ["<lane>", "in this lane"],
    reads: "text",
    fits: ({ request }, wanted) => request.lane === wanted,
    says: asked,
  }),
  receipt: field({
    schema: text(200).describe("An id that the platform gave, for example a workId."),
    flag: ["<id>", "with this id of the platform's"],
    reads: "text",
    fits: ({ state }, wanted) => hasReceipt(state, wanted),
  }),
  generation: field({
    schema: z.number().int().min(1).max(LAST_GENERATION),
    inQuery: z.coerce.number(counted).int(counted).min(1, counted).max(LAST_GENERATION, counted),
    flag: ["<number>", "of this generation"],
    reads: "number",
    fits: ({ state }, wanted) => state.generation === wanted,
  }),
  sends: field({
    schema: z.number().int().min(1).max(LAST_GENERATION).describe("At least this many sends."),
    inQuery: z.coerce.number(counted).int(counted).min(1, counted).max(LAST_GENERATION, counted),
    flag: ["<number>", "sent this often or more"],
    reads: "number",
    fits: ({ state }, wanted) => state.sends >= wanted,
  }),
  text: field({
    schema: text(200).describe("A part of the text of `detail`."),
    flag: ["<words>", "with these words in the detail"],
    reads: "text",
    fits: ({ state }, wanted) => holdsText(state, wanted),
    says: (words) => ({ of: "state", words, anyCase: true }),
  }),
  metadata: field({
    schema: z
      .string()
      .regex(/^[^=]+=.*$/s, "expected a name and a value: order=4711")
      .max(300)
      .describe("A field of the metadata and its value: `order=4711`."),
    flag: ["<name=value>", "with this field in its metadata"],
    reads: "text",
    fits: ({ request }, wanted) => holdsMetadata(request.metadata, wanted),
  }),
  producer: field({
    schema: text(200).describe("The name of an API key or of another way in, as a delivery shows it."),
    flag: ["<name>", "enqueued by this producer"],
    reads: "text",
    fits: ({ request }, wanted) => request.producer === wanted,
    says: asked,
  }),
  requestId: field({
    schema: text(64).describe("The X-Request-Id of the request that created it; kept until it is trimmed."),
    flag: ["<id>", "enqueued by this request"],
    reads: "text",
    fits: ({ request }, wanted) => request.requestId === wanted,
    says: asked,
  }),
  since: field({
    schema: moment,
    inQuery: momentInQuery,
    flag: ["<when>", "died after this: 2h (ago), or a date"],
    reads: "moment",
    fits: null,
  }),
  until: field({
    schema: moment,
    inQuery: momentInQuery,
    flag: ["<when>", "died before this: 2h (ago), or a date"],
    reads: "moment",
    fits: null,
  }),
} as const;

type Fields = typeof FILTER_FIELDS;
export type FilterName = keyof Fields;
export const FILTER_NAMES = Object.keys(FILTER_FIELDS) as readonly FilterName[];

type Shape = { [Name in FilterName]: z.ZodOptional<Fields[Name]["schema"]> };
type QueryShape = { [Name in FilterName]: z.ZodOptional<z.ZodType<z.output<Fields[Name]["schema"]>>> };

const shape = (schemaOf: (spec: FilterField<z.ZodType>) => z.ZodType): unknown =>
  Object.fromEntries(
    Object.entries(FILTER_FIELDS).map(([name, spec]) => {
      const schema = schemaOf(spec);
      // The contract uses the description of the field itself, not that of its inner type.
      return [name, schema.optional().meta({ description: schema.description })];
    }),
  );

/** Every field, as a body says it. */
export const filterInBody = shape(({ schema }) => schema) as Shape;
/** Every field, as a query says it. */
export const filterInQuery = shape(({ schema, inQuery = schema }) => inQuery) as QueryShape;

function asked(words: string): Saying {
  return { of: "request", words, anyCase: false };
}

function holdsText({ detail, recipients }: Delivery["state"], wanted: string): boolean {
  const words = wanted.toLowerCase();
  return [detail, ...recipients.map((entry) => entry.detail)].some((one) =>
    one?.toLowerCase().includes(words),
  );
}

/**
 * Whether the metadata have this field with this value, compared as written: a number by its digits, a text by
 * its characters.
 */
function holdsMetadata(written: string | null, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const fields = readAccepted(written);
  if (fields === null) return false;
  const value = fields[wanted.slice(0, at)];
  if (value === undefined) return false;
  return (typeof value === "string" ? value : canonicalJson(value)) === wanted.slice(at + 1);
}
