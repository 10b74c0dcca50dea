/**
 * Output of commands: data goes to stdout, everything else to stderr.
 */
import { messageOf } from "../../delivery/error-words.ts";
import type { Language } from "../../language/language.ts";
import { inLanguage, say, type FixedSentence, type Sentence, type Values } from "../../language/say.ts";
import { BidaError, type ErrorCode } from "../client/errors.ts";
import type { OnWait } from "../client/transport.ts";
import { printable, printableJson, table, type Column } from "./table.ts";

const NOTICED_MS = 1_000;

interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** The language of texts for people, headings included; names, codes and JSON are the same in every language. */
  readonly language: Language;
}

export class Output {
  readonly #terminal: Terminal;
  readonly isJson: boolean;

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.isJson = isJson;
  }

  data(text: string): void {
    this.#terminal.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  }

  json(value: unknown): void {
    this.#terminal.stdout.write(`${printableJson(value)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    const { stdout, language } = this.#terminal;
    // A terminal that does not know its width reports 0.
    const width = stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined;
    if (rows.length > 0) stdout.write(table(columns, { rows, style: { language, width } }));
  }

  /** Prints a sentence of the catalogue. */
  say<Text extends Sentence>(text: Text, ...values: Values<Text>): void {
    this.remark(say(text, ...values));
  }

  /** Prints text that is composed of sentences, or comes from elsewhere. */
  remark(text: string): void {
    this.#write(this.inWords(text));
  }

  /** Translates a text into the language of the terminal. */
  inWords(text: string): string {
    return inLanguage(text, this.#terminal.language);
  }

  get language(): Language {
    return this.#terminal.language;
  }

  /** Says once why a call is retried, when the retries have lasted long enough to be noticed. */
  waiting(): OnWait {
    let isSaid = this.isJson;
    return (why, waitedMs) => {
      if (isSaid || waitedMs < NOTICED_MS) return;
      isSaid = true;
      const reason = printable(
        this.inWords(why.code === "unavailable" ? (why.title ?? why.detail) : why.detail),
      );
      this.say("Trying again: {reason}", { reason });
    };
  }

  #write(line: string): void {
    this.#terminal.stderr.write(`${line}\n`);
  }

  failure(error: unknown, about?: string): void {
    if (this.isJson) return this.#write(printableJson({ error: factsOf(error, about) }));
    for (const line of this.#linesOf(error)) this.#write(about === undefined ? line : `${about}: ${line}`);
  }

  #linesOf(error: unknown): string[] {
    if (!(error instanceof BidaError)) return [this.inWords(messageOf(error))];
    const { errors, id, requestId } = error;
    const hint = HINTS[error.code];
    return [
      `${printable(this.inWords(sentenceOf(error)))}${id === null ? "" : ` (${id})`}`,
      ...errors.map(
        ({ pointer, detail }) =>
          `  ${printable(pointer) || this.inWords("the request")}: ${printable(this.inWords(detail))}`,
      ),
      ...(error.code === "internal" && requestId !== null
        ? [`  ${this.inWords(`request ${requestId}`)}`]
        : []),
      ...(hint === undefined ? [] : [this.inWords(hint)]),
    ];
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

/**
 * The text of an error. After a read, the API's sentence about repeating the request is left out when Redis is
 * away.
 */
function sentenceOf({ code, title, detail, mayBeDone }: BidaError): string {
  if (code !== "unavailable" || title === null) return detail;
  return mayBeDone ? `${title}: ${detail}` : title;
}

const HINTS: Partial<Record<ErrorCode, FixedSentence>> = {
  unauthenticated: "Put the key into BIDA_KEY, or name a file that holds it with --key-file.",
  unreachable: "Name the API with --url or BIDA_URL, or work straight on Redis with --redis.",
  unavailable: "`bida doctor` says what is wrong with it.",
};
