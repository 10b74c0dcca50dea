/**
 * `npm run bench:console`: each page of the console in a real Chromium, with a million deliveries and a hundred
 * thousand dead letters in Redis: its API calls, their bytes, the slowest of them, and when the page can be
 * used. Filling takes a while; `--deliveries N` and `--waiting N` (of them dead) shorten it. Needs `npm run
 * console:build` and Chromium.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, Page, Request } from "playwright-core";
import { withApi } from "./bida/with-api.ts";
import { fillRecords } from "./fill-records.ts";
import { median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";
import { startChromium } from "../test/support/chromium.ts";

const PAGES = [
  "/",
  "/dead",
  "/dead?tab=letters",
  "/dead?tab=letters&reason=rejected&code=505",
  "/dead?tab=letters&key=order-bench-00000007",
  "/deliveries",
  "/deliveries?status=queued",
  "/deliveries?recipient=openid-00000007",
  "/lanes",
  "/accounts",
  "/accounts/bench",
  "/actions",
  "/callbacks",
  "/intake",
  "/audit",
  "/system",
] as const;
const TIMES = 3;
/** A page that has requested nothing for this long is loaded. */
const QUIET_MS = 300;
/** For one answer the same goal as in `bench:reads`. A page also loads its code and renders. */
const GOAL_CALL_MS = 50;
const GOAL_PAGE_MS = 1_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2), { deliveries: 1_000_000, waiting: 100_000 });
const bench = await openBench(options);
try {
  const startedAt = performance.now();
  await fillRecords(bench, options);
  const [, memory = "?"] = /used_memory_human:(\S+)/.exec(await bench.redis.info("memory")) ?? [];
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(
    `${options.deliveries} deliveries, ${options.waiting} of them dead: filled in ${seconds.toFixed(0)} s, Redis ${memory}\n`,
  );
  await lookAtAll(bench);
} finally {
  await bench.close();
}

interface Look {
  readonly usableMs: number;
  readonly calls: number;
  readonly bytes: number;
  readonly slowestMs: number;
  readonly slowest: string;
}

async function lookAtAll({ setting }: Bench): Promise<void> {
  const browser = await startChromium();
  try {
    await withApi(setting, async ({ url, key }) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const headers = { "x-bida-console": "1", "sec-fetch-site": "same-origin" };
      const session = await context.request.post(`${url}/v1/session`, { headers, data: { key } });
      if (!session.ok()) throw new Error(`no session: ${session.status()}`);
      process.stdout.write("usable ms  calls  bytes    slowest call ms\n");
      for (const path of PAGES) {
        const looks: Look[] = [];
        // The first one fills the browser's cache and is not reported.
        for (let time = 0; time <= TIMES; time += 1) looks.push(await look(context, { url, path }));
        report(path, looks.slice(1));
      }
    });
  } finally {
    await browser.close();
  }
}

async function look(
  context: BrowserContext,
  { url, path }: { readonly url: string; readonly path: string },
): Promise<Look> {
  const page = await context.newPage();
  const timed = timeCalls(page);
  const startedAt = performance.now();
  await page.goto(`${url}/console${path}`, { waitUntil: "commit" });
  await page.locator("main :is(table, .empty, .facts, .verdict)").first().waitFor();
  const usableMs = performance.now() - startedAt;
  const calls = await timed();
  await page.close();
  const [slowest] = calls.toSorted((a, b) => b.ms - a.ms);
  return {
    usableMs,
    calls: calls.length,
    bytes: calls.reduce((sum, { bytes }) => sum + bytes, 0),
    slowestMs: slowest?.ms ?? 0,
    slowest: slowest?.path ?? "",
  };
}

interface Call {
  readonly path: string;
  readonly ms: number;
  readonly bytes: number;
}

/** Leaves out the event stream, which never ends. Later calls, such as those for the curves, count as well. */
function timeCalls(page: Page): () => Promise<readonly Call[]> {
  const pending: Promise<Call>[] = [];
  const open = new Set<Request>();
  let latestAt = performance.now();
  const pathOf = (request: Request): string | null => {
    const { pathname, search } = new URL(request.url());
    return pathname.startsWith("/v1/") && pathname !== "/v1/stream" ? pathname + search : null;
  };
  const ended = (request: Request): void => {
    open.delete(request);
    latestAt = performance.now();
  };
  page.on("request", (request) => {
    if (pathOf(request) !== null) open.add(request);
  });
  page.on("requestfailed", ended);
  page.on("requestfinished", (request) => {
    ended(request);
    const path = pathOf(request);
    if (path !== null) pending.push(callOf(path, request));
  });
  return async () => {
    while (open.size > 0 || performance.now() - latestAt < QUIET_MS) await pause(20);
    return Promise.all(pending);
  };
}

async function callOf(path: string, request: Request): Promise<Call> {
  const { responseBodySize } = await request.sizes();
  return { path, ms: request.timing().responseEnd, bytes: responseBodySize };
}

function report(path: string, looks: readonly Look[]): void {
  const middle = (of: (one: Look) => number): number => median(looks.map(of)) ?? NaN;
  const [usable, slowest] = [middle(({ usableMs }) => usableMs), middle(({ slowestMs }) => slowestMs)];
  const missed = [usable > GOAL_PAGE_MS ? "PAGE MISSED" : "", slowest > GOAL_CALL_MS ? "CALL MISSED" : ""];
  const numbers = [
    usable.toFixed(0).padStart(9),
    middle(({ calls }) => calls)
      .toFixed(0)
      .padStart(6),
    middle(({ bytes }) => bytes)
      .toFixed(0)
      .padStart(8),
    slowest.toFixed(1).padStart(8),
  ];
  const words = missed.filter((word) => word !== "").join(", ");
  process.stdout.write(
    `${numbers.join(" ")}  ${path}  (${looks.at(-1)?.slowest ?? ""})${words === "" ? "" : `  ${words}`}\n`,
  );
}
