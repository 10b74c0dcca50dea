/**
 * The HTTP server of the API: it authenticates the caller, parses the request by the contract, runs one
 * operation, and answers by the contract. Every error is a problem document. A bug is logged, and the caller
 * gets only the request's id.
 */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { acceptedLanguage } from "../../language/language.ts";
import { say } from "../../language/say.ts";
import { readTraceparent, writeTraceparent } from "../../delivery/traceparent.ts";
import { readJson, type Fault } from "../../delivery/exact-json.ts";
import type { Caller } from "../../operations/caller.ts";
import { whyUnavailable } from "../../operations/why-unavailable.ts";
import { useSession, type SessionsContext } from "../../operations/sessions.ts";
import type { Answer, Call } from "./call.ts";
import { ChunkedBody, TinyChunks } from "./chunked-body.ts";
import { addConsole } from "./console-pages.ts";
import { ACCESS, asksForWithheld, may, type Access } from "./access.ts";
import type { KeyHolder, KeyRing } from "./keys.ts";
import {
  forbidden,
  invalid,
  malformed,
  notFound,
  problemBody,
  problemHeaders,
  tooLarge,
  tooManyRequests,
  unauthenticated,
  unavailable,
  type Problem,
} from "./problem.ts";
import { passesUnchanged } from "../../platforms/passes-unchanged.ts";
import { parseRequest, type ParsedInput } from "./parse-request.ts";
import type { Asked, Route } from "./route.ts";
import { foreignRequest, secretIn } from "./session-cookie.ts";
import type { TrustedProxy } from "./trusted-proxy.ts";

interface DoorOptions {
  readonly keys: KeyRing;
  /** Sessions of browsers; absent without a console. */
  readonly sessions?: { readonly context: SessionsContext; readonly prefix: string };
  /** The proxy that signs people on, where there is one. */
  readonly trustedProxy?: TrustedProxy;
  /** Addresses of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies?: readonly string[];
  readonly routes: readonly Route[];
  /** Pages that need no key and are not in the contract: those that show it. */
  readonly pages: readonly Page[];
  /** The folder with the console's build; absent without a console. */
  readonly console?: string;
  readonly isAway: (error: unknown) => boolean;
  readonly isStopping: () => boolean;
  readonly onAnswered: (answered: Answered) => void;
  readonly onBug: (error: unknown, requestId: string) => void;
}

export interface Page {
  readonly path: string;
  readonly mediaType: string;
  readonly text: string;
}

interface Answered {
  readonly requestId: string;
  readonly method: string;
  /** The path in the contract, so that ids do not become labels of metrics. */
  readonly route: string;
  readonly status: number;
  readonly key: string | null;
  readonly durationMs: number;
  /** The caller's `traceparent`, if it is valid. */
  readonly traceparent: string | null;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
    /** The id of the session, if the request has no key. */
    session: string | null;
    /** The body, if it comes in chunks. */
    chunkedBody: ChunkedBody | null;
    /** The parts of the body that cannot be delivered as written. */
    bodyFaults: readonly Fault[] | undefined;
  }
}

/** A page contains its own styles, and may load nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const DEFAULT_BODY_LIMIT = 16 * 1024;

export function openDoor(options: DoorOptions): FastifyInstance {
  const door = fastify({
    genReqId: ({ headers }) => requestId(headers["x-request-id"]),
    bodyLimit: DEFAULT_BODY_LIMIT,
    exposeHeadRoutes: true,
    return503OnClosing: false,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    frameworkErrors: (error, request, reply) => {
      chunkedBodyOf(request, reply);
      void sendProblem(reply, { problem: malformed(error.message), id: request.id });
    },
  });
  door.decorateRequest("caller", null);
  door.decorateRequest("session", null);
  door.decorateRequest("chunkedBody", null);
  door.decorateRequest("bodyFaults");
  readJsonInto(door);
  addHooks(door, options);
  answerProblems(door, options);
  for (const route of options.routes) addRoute(door, { route, options });
  for (const page of options.pages)
    door.get(page.path, (_request, reply) =>
      reply.header("content-security-policy", PAGE_POLICY).type(page.mediaType).send(page.text),
    );
  if (options.console !== undefined) addConsole(door, options.console);
  return door;
}

function addHooks(door: FastifyInstance, options: Pick<DoorOptions, "isStopping" | "onAnswered">): void {
  door.addHook("onRequest", (request, reply, done) => {
    request.chunkedBody = chunkedBodyOf(request, reply);
    reply.headers({
      "x-request-id": request.id,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    done();
  });
  door.addHook("preParsing", ({ chunkedBody }, _reply, body, done) => {
    done(chunkedBody?.errored ?? null, chunkedBody ?? body);
  });
  // While the server stops, clients are asked to close their connections: otherwise it would wait for them.
  door.addHook("onSend", (_request, reply, payload, done) => {
    if (options.isStopping()) reply.header("connection", "close");
    done(null, payload);
  });
  door.addHook("onResponse", (request, reply, done) => {
    options.onAnswered({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? "unknown",
      status: reply.statusCode,
      key: request.caller?.name ?? null,
      durationMs: Math.round(reply.elapsedTime),
      traceparent: traceOf(request),
    });
    done();
  });
}

function chunkedBodyOf({ headers, raw }: FastifyRequest, reply: FastifyReply): ChunkedBody | null {
  return headers["transfer-encoding"] === undefined ? null : new ChunkedBody(raw, reply.raw);
}

/** Answers errors, and paths that do not exist. */
function answerProblems(door: FastifyInstance, options: DoorOptions): void {
  door.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, options);
    if (problem.code === "internal") options.onBug(error, request.id);
    return sendProblem(reply, { problem, id: request.id });
  });
  door.setNotFoundHandler((request, reply) => {
    reply.header("cache-control", "no-store");
    return sendProblem(reply, { problem: missing(request, options.routes), id: request.id });
  });
}

function traceOf({ headers: { traceparent } }: FastifyRequest): string | null {
  const parent = traceparent === undefined ? null : readTraceparent(traceparent);
  return parent === null ? null : writeTraceparent(parent);
}

/** The caller's own id for its request, if it can be logged safely; otherwise a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** A body that is refused before it is parsed. */
class RefusedBody extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/**
 * Parses JSON bodies. An empty body counts as none, because some calls have an optional body. Numbers keep
 * their digits (`readJson`). The largest body, 2 MiB, takes some tens of milliseconds.
 */
function readJsonInto(door: FastifyInstance): void {
  door.removeContentTypeParser("text/plain");
  door.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    try {
      const encoding = request.headers["content-encoding"];
      if (encoding !== undefined && encoding.toLowerCase() !== "identity") throw new RefusedBody(ENCODED);
      const body = textOf(bytes, request.headers["content-type"] ?? "");
      if (body === "") return done(null, undefined);
      const reading = readJson(body);
      if (reading.kind === "malformed") throw new RefusedBody(brokenAt(reading.at));
      request.bodyFaults = reading.faults;
      return done(null, reading.value);
    } catch (error) {
      return done(error as Error);
    }
  });
}

const ENCODED: Problem = {
  status: 415,
  code: "notAcceptable",
  detail: say("expected a body without Content-Encoding"),
};

function brokenAt(at: number): Problem {
  return malformed(say("expected a JSON body; it is broken at character {at}", { at: at + 1 }));
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** Refuses anything but UTF-8, because the characters would be delivered wrong. */
function textOf(bytes: Buffer, contentType: string): string {
  if (contentType === "application/json") return decoded(bytes);
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) {
    throw new RefusedBody({ status: 415, code: "notAcceptable", detail: say("expected a body in UTF-8") });
  }
  return decoded(bytes);
}

function decoded(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new RefusedBody(malformed(say("expected a body in UTF-8; these bytes are not (is it GBK?)")));
  }
}

function addRoute(
  door: FastifyInstance,
  { route: { call, serve }, options }: { readonly route: Route; readonly options: DoorOptions },
): void {
  door.route({
    method: call.method,
    url: call.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    ...(call.bodyLimitBytes === undefined ? {} : { bodyLimit: call.bodyLimitBytes }),
    onRequest: (request, reply, done) => {
      const answer = (refusal: Problem | null): void => {
        if (refusal === null) done();
        else void sendProblem(reply, { problem: refusal, id: request.id });
      };
      const holder = call.role === "public" ? null : holderOf(request, options);
      const fail = (error: Error): void => done(error);
      if (holder instanceof Promise)
        holder.then((found) => answer(admit(request, { call, holder: found }))).catch(fail);
      else answer(holder === null ? null : admit(request, { call, holder }));
    },
    handler: async (request, reply) => {
      const parsed = parseRequest(call, request);
      if (parsed.kind === "invalid")
        return sendProblem(reply, { problem: invalid(parsed.errors), id: request.id });
      const caller = request.caller ?? NOBODY;
      if (asksForWithheld(call.withheld, { query: parsed.input.query, role: caller.role }))
        return sendProblem(reply, { problem: WITHHELD, id: request.id });
      const served = await serve(new AskedRequest(parsed.input, { caller, request, reply }));
      if ("code" in served) return sendProblem(reply, { problem: served, id: request.id });
      return sendAnswer(reply, { call, answer: served });
    },
  });
}

/** The caller of public calls, which see no data. */
const NOBODY: Caller = { name: "nobody", role: "producer", accounts: [] };

const WITHHELD = forbidden(say("this role sees no payloads"));

/** A request whose rarely used parts are computed only when they are read. */
class AskedRequest implements Asked<unknown, unknown, unknown> {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;

  constructor(
    { path, query, body }: ParsedInput,
    of: { readonly caller: Caller; readonly request: FastifyRequest; readonly reply: FastifyReply },
  ) {
    this.path = path;
    this.query = query;
    this.body = body;
    this.caller = of.caller;
    this.#request = of.request;
    this.#reply = of.reply;
  }

  get bodyFaults(): readonly Fault[] {
    return this.#request.bodyFaults ?? [];
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  get headersDistinct(): NodeJS.Dict<string[]> {
    return distinctHeaders(this.#request.raw);
  }

  get address(): string {
    return this.#request.ip;
  }

  get requestId(): string {
    return this.#request.id;
  }

  get session(): string | null {
    return this.#request.session;
  }

  get gone(): AbortSignal {
    return goneSignal(this.#reply);
  }
}

/** A caller whose address is looked up only when it is needed: for the audit log. */
class RemoteCaller implements Caller {
  readonly name: string;
  readonly role: Caller["role"];
  readonly accounts: Caller["accounts"];
  readonly #request: FastifyRequest;

  constructor({ name, role, accounts }: Caller, request: FastifyRequest) {
    this.name = name;
    this.role = role;
    this.accounts = accounts;
    this.#request = request;
  }

  get from(): string {
    return this.#request.ip;
  }
}

/** Checks key, role and rate before the body is read: a caller without a key cannot upload anything. */
function admit(
  request: FastifyRequest,
  { call: { role }, holder }: { readonly call: Call; readonly holder: KeyHolder | Problem },
): Problem | null {
  if ("code" in holder) return holder;
  request.caller = new RemoteCaller(holder.caller, request);
  const waitMs = holder.rate.take(performance.now());
  if (waitMs > 0) return tooManyRequests(Math.ceil(waitMs / 1_000));
  return may(holder.caller.role, role)
    ? null
    : forbidden(say("this call needs the key of {roles}", { roles: nounsOf(role) }));
}

function nounsOf(role: Access): string {
  return ACCESS[role].map((one) => (/^[aeiou]/.test(one) ? `an ${one}` : `a ${one}`)).join(" or ");
}

/** The caller: by its key, else by the proxy that signs people on, else by the session's cookie. */
function holderOf(
  request: FastifyRequest,
  options: DoorOptions,
): KeyHolder | Problem | Promise<KeyHolder | Problem> {
  const { authorization } = request.headers;
  if (authorization !== undefined) return options.keys.holderOf(authorization) ?? unauthenticated;
  return personOf(request, options);
}

async function personOf(request: FastifyRequest, options: DoorOptions): Promise<KeyHolder | Problem> {
  const { headers, method } = request;
  const { keys, sessions } = options;
  const signedOn = options.trustedProxy?.personIn(headers, request.socket.remoteAddress);
  // A browser sends the proxy's cookie even with requests that another site's page makes.
  if (signedOn?.kind === "person") return foreignRequest(method, headers) ?? signedOn.holder;
  const secret = sessions === undefined ? null : secretIn(headers, sessions.prefix);
  if (sessions === undefined || secret === null)
    return signedOn?.kind === "stranger" ? STRANGER : unauthenticated;
  const foreign = foreignRequest(method, headers);
  if (foreign !== null) return foreign;
  const session = await useSession(secret, sessions.context);
  if (session === null) return unauthenticated;
  if ("kind" in session) return unavailable(session);
  request.session = session.id;
  return keys.named(session.by) ?? unauthenticated;
}

const STRANGER: Problem = {
  ...unauthenticated,
  detail: "the proxy names somebody to whom console.trustedProxy.roles gives no role",
};

/** A signal that aborts when the client disconnects, so that nothing waits on its behalf. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

function sendAnswer(
  reply: FastifyReply,
  { call, answer: { status, body, headers } }: { readonly call: Call; readonly answer: Answer },
): FastifyReply {
  const spec = call.answers[status];
  if (spec === undefined) throw new Error(`the contract of ${call.name} has no answer ${status}`);
  reply.code(status);
  if (headers !== undefined) reply.headers(headers);
  if (spec.schema === null) {
    reply.type(headers?.["content-type"] ?? spec.mediaType ?? "text/plain; charset=utf-8");
    return reply.send(typeof body === "string" ? body : Readable.from(body as AsyncIterable<string>));
  }
  reply.type("application/json; charset=utf-8");
  const told = passesUnchanged(spec.schema, body) ? body : spec.schema.parse(body);
  return reply.send(JSON.stringify(told));
}

function sendProblem(
  reply: FastifyReply,
  { problem, id }: { readonly problem: Problem; readonly id: string },
): FastifyReply {
  const language = acceptedLanguage(reply.request.headers["accept-language"]);
  return reply
    .code(problem.status)
    .headers(problemHeaders(problem))
    .type("application/problem+json")
    .header("content-language", language === "zh" ? "zh-CN" : "en")
    .header("vary", "accept-language")
    .send(JSON.stringify(problemBody(problem, { requestId: id, language })));
}

function problemOf(error: FastifyError, { isAway }: DoorOptions): Problem {
  if (error instanceof RefusedBody) return error.problem;
  if (error instanceof TinyChunks) return TINY_CHUNKS;
  if (isAway(error)) return unavailable({ detail: whyUnavailable(error) });
  return BY_STATUS.get(error.statusCode ?? 500) ?? BROKEN;
}

/** Problems for what the framework refuses before our own code runs. */
const BY_STATUS: ReadonlyMap<number, Problem> = new Map([
  [400, malformed(say("expected an HTTP request with a JSON body"))],
  [413, tooLarge(say("the body is larger than this call accepts"))],
  [415, { status: 415, code: "notAcceptable", detail: say("expected Content-Type: application/json") }],
]);

const TINY_CHUNKS: Problem = {
  ...malformed(say("expected larger chunks: of more than 10,000, each has to hold 64 bytes on average")),
  headers: { connection: "close" },
};

const BROKEN: Problem = {
  status: 500,
  code: "internal",
  detail: say("it is in the log, under the request's id"),
};

function missing({ method, url }: FastifyRequest, routes: readonly Route[]): Problem {
  const path = url.split("?")[0] ?? "";
  const methods = routes
    .filter(({ call }) => new RegExp(`^${call.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path))
    .map(({ call }) => call.method);
  if (methods.length === 0 || methods.some((known) => known === method))
    return notFound(say("there is nothing under this path; /docs shows what there is"));
  const allow = [...new Set(methods)].join(", ");
  return {
    status: 405,
    code: "methodNotAllowed",
    detail: say("expected {methods}", { methods: allow }),
    headers: { allow },
  };
}

/** A request that a test injects, without a socket, has no `headersDistinct`. */
function distinctHeaders({
  headersDistinct = {},
}: Partial<Pick<IncomingMessage, "headersDistinct">>): NodeJS.Dict<string[]> {
  return headersDistinct;
}
