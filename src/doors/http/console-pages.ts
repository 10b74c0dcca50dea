/**
 * Serves the console's files under /console/: the output of its build, which contains no user data.
 *
 * Works behind a proxy that strips a path prefix: redirects and the URLs in index.html are relative, and a deep
 * link (/console/d/01J…) gets an index.html with one `../` for each level.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

/**
 * Allows only scripts, styles and calls of this origin. `require-trusted-types-for` keeps code from making HTML
 * from text.
 */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": CONSOLE_POLICY,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "x-frame-options": "DENY",
} as const;

/** For files in assets/, whose names contain a hash of their content. */
const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_EACH_TIME = "no-cache";

/** @param folder the output of the console's build; it may appear or disappear while the server runs */
export function addConsole(door: FastifyInstance, folder: string): void {
  void door.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    logLevel: "silent",
  });
  door.get("/", async (_request, reply) => {
    if ((await indexOf(folder)) === null) return reply.callNotFound();
    return reply.redirect("console/", 302);
  });
  door.get("/console", async (_request, reply) => reply.redirect("console/", 302));
  door.get<{ Params: { "*": string } }>("/console/*", async (request, reply) => {
    reply.headers(HEADERS);
    const path = request.params["*"];
    if (path.startsWith("assets/") && !isFile(path)) return reply.callNotFound();
    if (!isFile(path)) return sendIndex({ folder, path }, reply);
    reply.header("cache-control", path.startsWith("assets/") ? FOR_EVER : ASK_EACH_TIME);
    return reply.sendFile(path, folder);
  });
}

/**
 * Whether a path is a file. The URLs of pages have no dot, because names of accounts and ids of deliveries have
 * none. The name of a file has no slash, escaped or not, so it cannot lead elsewhere.
 */
function isFile(path: string): boolean {
  return /^(assets\/)?[\w-]+(\.[\w-]+)+$/.test(path);
}

async function sendIndex(
  { folder, path }: { readonly folder: string; readonly path: string },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const index = await indexOf(folder);
  reply.type("text/html; charset=utf-8");
  if (index === null) return reply.header("content-security-policy", UNBUILT_POLICY).send(UNBUILT);
  const up = "../".repeat(path.split("/").length - 1);
  return reply.send(index.replaceAll(/(\b(?:src|href)=")\.\//g, `$1${up === "" ? "./" : up}`));
}

/** The text of index.html; null if the console is not built. */
async function indexOf(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, "index.html"), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

const UNBUILT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const UNBUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bida</title><style>body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}
code{font:14px ui-monospace,monospace}</style></head><body><main>
<h1>The console is not built</h1>
<p>In a checkout, <code>npm run console:build</code> builds it; then load this page again. The package brings it along.</p>
<p lang="zh">控制台尚未构建。请运行 <code>npm run console:build</code>,然后刷新本页。</p>
<p>Meanwhile: <a href="../docs">the API's pages</a>, and <code>bida dead</code> in a terminal.</p>
</main></body></html>
`;
