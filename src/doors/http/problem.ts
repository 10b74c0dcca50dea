/**
 * Problems (RFC 9457): every answer that is not a success, with a code for programs and a sentence for
 * people. Never a stack trace, a secret or a payload value.
 */
import type { Language } from "../../language/language.ts";
import { inLanguage, say, type Sentence } from "../../language/say.ts";
import { MOST_ERRORS, type FieldError } from "../../operations/field-errors.ts";

export interface Problem {
  readonly status: number;
  /** For programs; stable. */
  readonly code: ProblemCode;
  /** Only where it is more precise than the title of the code. */
  readonly title?: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** The delivery that is in the way, or that is meant. */
  readonly id?: string;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export const TITLES = {
  invalid: "The request has wrong fields",
  malformed: "The request cannot be read",
  unauthenticated: "A valid API key is needed",
  forbidden: "The API key may not do this",
  notFound: "There is no such resource",
  unknownAccount: "There is no such account",
  methodNotAllowed: "This method is not allowed here",
  notAcceptable: "The media type is not supported",
  tooLarge: "The request is too large",
  keyConflict: "The idempotency key was used for another request",
  acceptedNotDurable: "It is acknowledged, but not as durable as asked",
  tooLate: "It is too late for this",
  notDead: "It is not a dead letter",
  notDiscarded: "It is not discarded",
  claimed: "Another delivery is proven by this id",
  notAsked: "The platform was not asked",
  notHeld: "The account is not held",
  conflict: "Somebody else has just changed it",
  unreadable: "The stored record does not parse",
  stillConfigured: "The account is still in the configuration",
  unfinished: "The account has unfinished deliveries",
  queueFull: "The account's backlog is full",
  tooManyRequests: "The API key asks too often",
  unavailable: "Redis does not answer, or refuses",
  internal: "Bida has failed internally",
} as const satisfies Readonly<Record<string, Sentence>>;

export type ProblemCode = keyof typeof TITLES;

export const PROBLEM_CODES = Object.keys(TITLES) as [ProblemCode, ...ProblemCode[]];

/** Where the page is served that says what each problem means. */
export const ERRORS_PATH = "/docs/errors";

function problemType(code: ProblemCode): string {
  return `${ERRORS_PATH}#${code}`;
}

/** The document that is sent; the fields for programs are the same in every language. */
export function problemBody(
  { status, code, title = TITLES[code], detail, errors, id }: Problem,
  { requestId, language = "en" }: { readonly requestId: string; readonly language?: Language },
) {
  return {
    type: problemType(code),
    title: inLanguage(title, language),
    status,
    code,
    detail: inLanguage(detail, language),
    requestId,
    ...(errors === undefined ? {} : { errors: errorsIn(errors, language) }),
    ...(id === undefined ? {} : { id }),
  };
}

export function errorsIn(errors: readonly FieldError[], language: Language): readonly FieldError[] {
  return errors.map(({ pointer, detail }) => ({ pointer, detail: inLanguage(detail, language) }));
}

export function problemHeaders({ retryAfterSeconds, headers }: Problem): Record<string, string> {
  return {
    ...headers,
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  };
}

export const invalid = (errors: readonly FieldError[]): Problem => ({
  status: 400,
  code: "invalid",
  detail: countOf(errors.length),
  errors: errors.slice(0, MOST_ERRORS),
});

function countOf(wrong: number): string {
  if (wrong === 1) return say("one field is wrong");
  return wrong < MOST_ERRORS
    ? say("{count} fields are wrong", { count: wrong })
    : say("at least {count} fields are wrong; these come first", { count: MOST_ERRORS });
}

export const malformed = (detail: string): Problem => ({ status: 400, code: "malformed", detail });

export const unauthenticated: Problem = {
  status: 401,
  code: "unauthenticated",
  detail: say("expected Authorization: Bearer <key>, with a key that the configuration knows"),
  headers: { "www-authenticate": 'Bearer realm="bida"' },
};

export const forbidden = (detail: string): Problem => ({ status: 403, code: "forbidden", detail });

export const notFound = (detail: string): Problem => ({ status: 404, code: "notFound", detail });

const unknownAccount = (account: string): Problem => ({
  status: 404,
  code: "unknownAccount",
  detail: say("the configuration names no account {account}", {
    account: JSON.stringify(account.slice(0, 64)),
  }),
});

type Conflict =
  | "tooLate"
  | "notDead"
  | "notDiscarded"
  | "claimed"
  | "notAsked"
  | "notHeld"
  | "conflict"
  | "unreadable"
  | "stillConfigured"
  | "unfinished";

export const conflict = (code: Conflict, detail: string): Problem => ({
  status: 409,
  code,
  detail,
});

export const tooLarge = (detail: string): Problem => ({ status: 413, code: "tooLarge", detail });

export const queueFull: Problem = {
  status: 429,
  code: "queueFull",
  detail: say("the account's limit of unsent deliveries is reached; repeat this later, with the same key"),
  retryAfterSeconds: 10,
};

export const tooManyRequests = (retryAfterSeconds: number): Problem => ({
  status: 429,
  code: "tooManyRequests",
  detail: say("this API key makes more requests than its rate allows"),
  retryAfterSeconds,
});

export const acceptedNotDurable = (id: string): Problem => ({
  status: 503,
  code: "acceptedNotDurable",
  detail: say(
    "it is acknowledged, but not on disk or with a replica in time; repeat it with the same key to wait again",
  ),
  id,
  retryAfterSeconds: 1,
});

/** @param why the reason that Redis gives, in words */
export const unavailable = ({ detail: why }: { readonly detail: string }): Problem => ({
  status: 503,
  code: "unavailable",
  title: why,
  detail: say("the result is unknown; repeat it later, with the same key if it has one"),
  retryAfterSeconds: 2,
});

/** Results that many operations share. */
export type SharedRefusal =
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | { readonly kind: "unavailable"; readonly detail: string };

/** A kind that neither this function nor the route names is a type error. */
export function problemOf(result: SharedRefusal): Problem {
  switch (result.kind) {
    case "invalid":
      return invalid(result.errors);
    case "unknownAccount":
      return unknownAccount(result.account);
    case "unavailable":
      return unavailable(result);
  }
}
