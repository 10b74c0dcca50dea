/**
 * The built console before a real system, in a real Chromium. Whatever a page asks of another host, every breach of
 * its security policy and every error that it throws is kept, and fails the test that looks.
 */
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { aTodo } from "../support/builders.ts";
import { startChromium } from "../support/chromium.ts";
import { KEYS, startApiSystem, type ApiSystem, type ApiSystemOptions } from "../doors/http/api-system.ts";

interface OpenPage {
  readonly page: Page;
  /** Foreign requests, breaches of the policy, errors of scripts. */
  readonly complaints: string[];
}

export interface ConsoleSystem extends ApiSystem {
  readonly url: string;
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<OpenPage>;
  /** At an address of its own, for example a proxy's. */
  readonly openAt: (url: string) => Promise<OpenPage>;
  /** Those that a test leaves open go on reading every few seconds. */
  readonly closePages: () => Promise<void>;
  /** Logged in, on the page that was asked for. */
  readonly openLoggedIn: (path: string, options?: BrowserContextOptions) => Promise<OpenPage>;
  /** Dead letters that the platform refused, and would take now. */
  readonly deadLetters: (count: number, overrides?: Record<string, unknown>) => Promise<string[]>;
}

const ACCOUNT = `todo: { mode: sync }
    rate: { check: 5000/s, todo: 5000/s }
    slo: { confirmWithin: 1d, objective: 99.9 }`;

export async function startConsole(
  options: Pick<ApiSystemOptions, "showsSandbox" | "root"> = {},
): Promise<ConsoleSystem> {
  const system = await startApiSystem({ account: ACCOUNT, ...options });
  const browser = await startChromium();
  const open = async (path: string, options: BrowserContextOptions = {}): Promise<OpenPage> =>
    openPage(browser, `${system.api.url}/console${path}`, options);
  return {
    ...system,
    url: system.api.url,
    open,
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    openAt: async (url) => openPage(browser, url, {}),
    openLoggedIn: async (path, options) => {
      const opened = await openPage(browser, `${system.api.url}/console${path}`, options ?? {}, logIn);
      await opened.page.locator("main h1").waitFor();
      await opened.page.locator(".frame").waitFor();
      return opened;
    },
    deadLetters: async (count, overrides) => deadLetters(system, count, overrides),
    close: async () => {
      await browser.close();
      await system.close();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  before: (context: BrowserContext, origin: string) => Promise<void> = async () => undefined,
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Asia/Shanghai", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`foreign: ${request.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content.Security.Policy|Trusted|Refused to/i.test(message.text())) complaints.push(message.text());
  });
  await before(context, new URL(url).origin);
  await page.goto(url);
  return { page, complaints };
}

/** As the form does, which has tests of its own: most begin with a session. */
async function logIn(context: BrowserContext, origin: string): Promise<void> {
  const headers = { "x-bida-console": "1", "sec-fetch-site": "same-origin" };
  const answer = await context.request.post(`${origin}/v1/session`, { headers, data: { key: KEYS.ops } });
  if (!answer.ok()) throw new Error(`no session: ${answer.status()}`);
}

const AT_ONCE = 25;

async function deadLetters(
  system: ApiSystem,
  count: number,
  overrides: Record<string, unknown> = {},
): Promise<string[]> {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create", times: -1 }] });
  const { metadata, key, lane, ...payload } = overrides;
  const order = (sent: number) => ({
    ...aTodo(payload),
    ...(metadata === undefined ? {} : { metadata: metadata as Record<string, unknown> }),
    ...(typeof key === "string" ? { key: `${key}${sent}` } : {}),
    ...(typeof lane === "string" ? { lane } : {}),
  });
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, (_, at) => ids.length + at);
    ids.push(...(await Promise.all(some.map(async (sent) => system.enqueue(order(sent))))));
  }
  for (const id of ids) {
    const { state } = await system.ended(id);
    if (state.status !== "dead") throw new Error(`${id} is ${state.status}`);
  }
  await system.misbehave({ clear: true });
  return ids;
}
