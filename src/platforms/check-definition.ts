/**
 * Checks the definition of a platform. One from outside may be plain JavaScript, which no compiler has checked:
 * its author learns of a mistake when it is loaded, not from the first delivery. Pure.
 */
import { familyOf } from "../delivery/record.ts";
import { nearestName } from "../delivery/nearest-name.ts";

type Parts = Readonly<Record<string, unknown>>;

/** The name of an operation: `todo.create`. */
const OPERATION = /^[a-z][a-zA-Z0-9-]*\.[a-zA-Z][a-zA-Z0-9-]*$/;

/** The first part that is missing or wrong; null if there is none. */
export function faultOf(definition: object): string | null {
  const { fields, secretFields, rates, wire, channels } = definition as Parts;
  if (!hasParts(fields) || fields["baseUrl"] === undefined) return "expected fields with a baseUrl";
  if (!Array.isArray(secretFields)) return "expected secretFields: the names of fields, or [] for none";
  const stranger: unknown = secretFields.find((field) => !Object.hasOwn(fields, field));
  if (stranger !== undefined) return `secretFields names ${JSON.stringify(stranger)}, which is no field`;
  if (!hasParts(rates))
    return "expected rates: the calls a second of each family and of check, or {} for no limit";
  if (typeof wire !== "function") return "expected wire(account, opening)";
  if (!Array.isArray(channels) || channels.length === 0) return "expected at least one channel";
  return firstFault(channels, channelFault) ?? rateFault(rates, familiesOf(channels));
}

/** The families of the channels' operations, which have been checked before. */
function familiesOf(channels: readonly unknown[]): readonly string[] {
  const operations = channels.flatMap((channel) => Object.keys(partsIn(partsIn(channel)["operations"])));
  return [...new Set(operations.map(familyOf))];
}

/** A rate that is misspelled would leave its family without any. Channels may name further ones in `permitCall`. */
function rateFault(rates: Parts, families: readonly string[]): string | null {
  const known = [...families, "check"];
  for (const [name, rate] of Object.entries(rates)) {
    if (typeof rate !== "number" || !(rate > 0))
      return `rates.${name}: expected a number of calls a second above 0`;
    if (known.includes(name)) continue;
    const near = nearestName(
      name,
      known.filter((one) => rates[one] === undefined),
    );
    if (near !== null)
      return `rates.${name}: expected ${known.join(", ")}, or a name of permitCall that is unlike these; did you mean ${near}?`;
  }
  return null;
}

const CALLS = {
  send: "send(request, { account, signal })",
  check: "check(batch, { account, signal })",
  tryCredentials: "tryCredentials(account, { now, signal })",
} as const;

function channelFault(channel: unknown): string | null {
  if (!hasParts(channel) || typeof channel["name"] !== "string") return "expected channels with a name";
  const { name, operations } = channel;
  for (const [call, form] of Object.entries(CALLS))
    if (typeof channel[call] !== "function") return `channel ${name}: expected ${form}`;
  if (!hasParts(operations)) return `channel ${name}: expected operations`;
  return firstFault(Object.entries(operations), operationFault);
}

function operationFault([name, spec]: readonly [string, unknown]): string | null {
  if (!OPERATION.test(name)) return `operation ${name}: expected a name as <family>.<verb>`;
  const { input, entity, recipients, recipientsPerSend } = hasParts(spec) ? spec : {};
  const wanted = ((): string | null => {
    if (!hasParts(input)) return "input, a schema of zod";
    if (typeof entity !== "function") return "entity(input, key), null for none";
    if (typeof recipients !== "function") return "recipients(input), [EVERYBODY] for nobody by name";
    return typeof recipientsPerSend === "number" && recipientsPerSend >= 1
      ? null
      : "recipientsPerSend, at least 1";
  })();
  return wanted === null ? null : `operation ${name}: expected ${wanted}`;
}

function firstFault<T>(list: readonly T[], faultIn: (one: T) => string | null): string | null {
  for (const one of list) {
    const fault = faultIn(one);
    if (fault !== null) return fault;
  }
  return null;
}

function partsIn(value: unknown): Parts {
  return hasParts(value) ? value : {};
}

function hasParts(value: unknown): value is Parts {
  return typeof value === "object" && value !== null;
}
