/**
 * Data goes to stdout, everything else to stderr.
 */
import { BidaError, type ErrorCode } from "../client/errors.ts";
import { printable, printableJson, table, type Column } from "./table.ts";

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export class Output {
  readonly #streams: Streams;
  readonly isJson: boolean;

  constructor(streams: Streams, isJson: boolean) {
    this.#streams = streams;
    this.isJson = isJson;
  }

  data(text: string): void {
    this.#streams.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  }

  json(value: unknown): void {
    this.#streams.stdout.write(`${printableJson(value)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    const { stdout } = this.#streams;
    // A terminal that does not know its width says 0.
    const width = stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined;
    if (rows.length > 0) stdout.write(table(columns, rows, width));
  }

  say(line: string): void {
    this.#streams.stderr.write(`${line}\n`);
  }

  failure(error: unknown, about?: string): void {
    if (this.isJson) return this.say(printableJson({ error: factsOf(error, about) }));
    for (const line of linesOf(error)) this.say(about === undefined ? line : `${about}: ${line}`);
  }
}

function factsOf(error: unknown, about?: string): Record<string, unknown> {
  const which = about === undefined ? {} : { about };
  if (!(error instanceof BidaError)) return { ...which, code: "failed", detail: messageOf(error) };
  const { status, code, title, detail, errors, requestId, id } = error;
  return {
    ...which,
    status,
    code,
    ...(title === null ? {} : { title }),
    detail,
    errors,
    requestId,
    ...(id === null ? {} : { id }),
  };
}

function linesOf(error: unknown): string[] {
  if (!(error instanceof BidaError)) return [messageOf(error)];
  const { errors, id, requestId } = error;
  const hint = HINTS[error.code];
  return [
    `${printable(sentenceOf(error))}${id === null ? "" : ` (${id})`}`,
    ...errors.map((field) => `  ${printable(field.pointer) || "the request"}: ${printable(field.detail)}`),
    ...(error.code === "internal" && requestId !== null ? [`  request ${requestId}`] : []),
    ...(hint === undefined ? [] : [hint]),
  ];
}

/** The API's sentence about a Redis that is away is about changes; who only asked has nothing to repeat. */
function sentenceOf({ code, title, detail, mayBeDone }: BidaError): string {
  if (code !== "unavailable" || title === null) return detail;
  return mayBeDone ? `${title}: ${detail}` : title;
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "Put the key into BIDA_KEY, or name a file that holds it with --key-file.",
  unreachable: "Name the API with --url or BIDA_URL, or work straight on Redis with --redis.",
  unavailable: "`bida doctor` says what is wrong with it.",
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
