/**
 * The text of docs/events.md: every event of the log and every code that Bida answers with, from the code.
 */
import { readFileSync } from "node:fs";
import { DEAD_REASONS, type DeadReason } from "../src/delivery/record.ts";
import { EXIT } from "../src/doors/cli/exit-status.ts";
import { PROBLEM_CODES, TITLES } from "../src/doors/http/problem.ts";
import { PROBLEM_WORDS } from "../src/doors/http/problem-words.ts";
import { EVENT_WORDS } from "../src/telemetry/event-words.ts";
import type { BidaEvent } from "../src/telemetry/events.ts";
import { levelOf } from "../src/telemetry/logs.ts";

const REASONS: Readonly<Record<DeadReason, string>> = {
  rejected: "The platform refused it, for good.",
  partial: "The platform refused some of its recipients; the others have received it.",
  unproven: "It was sent, and the platform never showed it.",
  unauthorized: "The platform refused the credentials until the deadline.",
  expired: "Its deadline passed before anything was sent; the detail says what it waited for.",
  poison: "Its workers died, again and again, while they worked on it.",
  blocked: "An earlier delivery of its lane has not ended.",
  invalid: "Its record or its payload cannot be processed.",
  unconfigured: "Its account has left the configuration.",
};

const STATUSES: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "Done.",
  failed: "It failed, also if the fault is inside Bida.",
  usage: "The command line, or a file that it names, is wrong.",
  notFound: "There is no such resource.",
  notAllowed: "The key may not do this.",
  partly: "Only some of it was done.",
  interrupted: "Ctrl-C ended it.",
};

export function eventsText(): string {
  const events = Object.keys(EVENT_WORDS) as BidaEvent["event"][];
  const fields = fieldsOfEvents();
  return `# Events and codes

Made from the code by \`npm run openapi\`; not edited by hand.

## Lines of the log

Each line is one JSON object: \`level\`, \`time\` (ISO 8601, UTC), \`service\`, \`role\`, \`version\`, \`host\`, \`pid\`, and \`event\` with the fields of that event. \`requestId\` is the id that the API returned (\`X-Request-Id\`). \`traceId\` is that of the producer's \`traceparent\`. No line contains a payload, a token or a secret.

| event | level | what happened | fields |
| --- | --- | --- | --- |
${events.map((name) => row([code(name), levelOf(name), EVENT_WORDS[name], (fields.get(name) ?? []).map(code).join(" ")])).join("\n")}

\`config.reloaded\`, \`config.refused\`, \`config.needsRestart\` (its \`fields\` change only with a restart) and \`api.listening\` are about the process itself. A line without \`event\` is a warning in words.

## Codes of the API

What to do about each: [errors](errors.md).

| code | HTTP | title |
| --- | --- | --- |
${PROBLEM_CODES.map((name) => row([`[\`${name}\`](errors.md#${name.toLowerCase()})`, PROBLEM_WORDS[name].status, TITLES[name]])).join("\n")}

## Reasons of dead letters

| reason | meaning |
| --- | --- |
${DEAD_REASONS.map((reason) => row([code(reason), REASONS[reason]])).join("\n")}

## Exit statuses of the command line

| status | meaning |
| --- | --- |
${Object.entries(STATUSES)
  .map(([name, meaning]) => row([EXIT[name as keyof typeof EXIT], meaning]))
  .join("\n")}
`;
}

const code = (text: string): string => `\`${text}\``;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

/** As the catalogue declares them; a log line says the trace by its id alone. */
function fieldsOfEvents(): Map<string, readonly string[]> {
  const source = readFileSync(new URL("../src/telemetry/events.ts", import.meta.url), "utf8");
  const shared = new Map(
    [...source.matchAll(/^interface (\w+) \{([^}]*)\}/gm)].map(([, name = "", body = ""]) => [
      name,
      namesIn(body),
    ]),
  );
  const [, union = ""] = source.split("export type BidaEvent =");
  const variants = union.split(/^ {2}\| /m).map((variant) => {
    const [declared = ""] = /readonly event: [^;}]+/.exec(variant) ?? [];
    const others = [...variant.matchAll(/& (\w+)/g)].flatMap(([, name = ""]) => shared.get(name) ?? []);
    const fields = [...others, ...namesIn(variant)].filter((name) => name !== "event");
    const named = [...declared.matchAll(/"([\w.]+)"/g)].map(([, name = ""]) => name);
    return named.map(
      (name) => [name, fields.map((field) => (field === "traceparent" ? "traceId" : field))] as const,
    );
  });
  return new Map(variants.flat());
}

/** Of the object itself, not of what is inside its fields. */
function namesIn(body: string): string[] {
  return [...body.replaceAll(/\{[^{}]*\}\[\]/g, "").matchAll(/readonly (\w+)\??:/g)].map(
    ([, name = ""]) => name,
  );
}
