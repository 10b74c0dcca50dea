/**
 * Accessibility of every page. In CI three pages in two looks; with BIDA_FULL=1 (`npm run full`) all pages in both
 * languages and themes at three widths.
 */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { startConsole, type ConsoleSystem } from "./console-system.ts";

let system: ConsoleSystem;
let id = "";
let action = "";
beforeAll(async () => {
  system = await startConsole({ showsSandbox: true });
  [id = ""] = await system.deadLetters(1, { lane: "held" });
  await system.enqueue({ ...aTodo(), lane: "held" });
  const order = { filter: {}, dryRun: true, note: "count" };
  action = (await system.call("/v1/dead-letters/replay", { key: "ops", body: order })).json["id"] as string;
});
afterEach(async () => system.closePages());
afterAll(async () => system.close());

const isFull = process.env["BIDA_FULL"] === "1";

/** All pages take minutes on a busy machine. */
const TIMEOUT_MS = isFull ? 600_000 : 120_000;

const all = (["zh", "en"] as const).flatMap((lang) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    [320, 768, 1280].map((width) => ({ lang, colorScheme, width })),
  ),
);
const smoke: typeof all = [
  { lang: "zh", colorScheme: "dark", width: 390 },
  { lang: "en", colorScheme: "light", width: 1280 },
];

const pages = (): readonly string[] => {
  const three = ["/", "/dead", `/d/${id}`];
  const others = [
    "/dead?tab=letters&reason=rejected",
    "/deliveries",
    "/lanes",
    "/accounts",
    "/accounts/yzj",
    "/actions",
  ];
  const rest = [
    `/actions/${action}`,
    "/callbacks",
    "/intake",
    "/audit",
    "/system",
    "/sessions",
    "/sandbox",
    "/help",
    "/runbooks",
    "/runbooks/upgrade",
    "/no-such-page",
  ];
  return isFull ? [...three, ...others, ...rest] : three;
};

/** What opens over a page: by which key, on which page. */
const dialogs = (): readonly { readonly path: string; readonly keys: readonly string[] }[] =>
  isFull
    ? [
        { path: "/audit", keys: ["/"] },
        { path: `/d/${id}`, keys: ["r"] },
        { path: `/d/${id}`, keys: ["v"] },
        { path: `/d/${id}`, keys: ["e"] },
        { path: `/d/${id}`, keys: ["D"] },
        { path: "/dead", keys: ["j", "a"] },
      ]
    : [];

async function expectNothing(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map((found) => [name, found.id, found.nodes.map(({ html }) => html.slice(0, 200))]),
  ).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name).toBe(true);
}

/** Loaded anew: of the page before, which is looked at no more, nothing is left in the middle of a look. */
async function goTo(page: Page, path: string, lang: string): Promise<void> {
  await page.goto(`${system.url}/console${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
  await page
    .locator(path === "/no-such-page" ? "main h1" : "main :is(table, .empty, .facts, .verdict, .runbook)")
    .first()
    .waitFor();
}

it.each(isFull ? all : smoke)(
  "axe finds nothing, and nothing is wider than the screen: $lang, $colorScheme, $width px",
  async ({ lang, colorScheme, width }) => {
    const looks = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" } as const;
    const { page, complaints } = await system.openLoggedIn(`/?lang=${lang}`, looks);

    for (const path of pages()) {
      await goTo(page, path, lang);
      await expectNothing(page, path);
    }
    for (const { path, keys } of dialogs()) {
      await goTo(page, path, lang);
      if (path === "/dead") await page.locator("[data-row] button").first().waitFor();
      for (const key of keys) await page.keyboard.press(key);
      await page.locator("dialog[open]").waitFor();
      await expectNothing(page, `${path} ${keys.join(" ")}`);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    expect(complaints).toEqual([]);
  },
  TIMEOUT_MS,
);

it.each(isFull ? all : smoke)(
  "nor in the login, the API's pages, and the page for who has no script: $lang, $colorScheme, $width px",
  async ({ lang, colorScheme, width }) => {
    const looks = {
      colorScheme,
      viewport: { width, height: 800 },
      locale: lang === "zh" ? "zh-CN" : "en-GB",
    };
    const login = await system.open(`/?lang=${lang}`, looks);
    await login.page.locator("input[name=key]").waitFor();
    await expectNothing(login.page, "login");

    for (const path of isFull ? ["/docs", "/docs/errors"] : ["/docs/errors"]) {
      await login.page.goto(system.url + path);
      await login.page.locator("h1").first().waitFor();
      await expectNothing(login.page, path);
    }
    const scriptless = await system.open("/", { ...looks, javaScriptEnabled: false });
    await scriptless.page.locator(".scriptless code").first().waitFor();
    // Axe itself is a script: of this page only the width is looked at.
    expect(await scriptless.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect([...login.complaints, ...scriptless.complaints]).toEqual([]);
  },
  TIMEOUT_MS,
);

it("the API's pages need no script, and fit a phone", async () => {
  const { page, complaints } = await system.open("/../docs", {
    colorScheme: "dark",
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  });

  await page.getByRole("heading", { name: "TodoCreatePayload" }).waitFor();
  const box = await page.locator("body").boundingBox();
  const widths = await page
    .locator("table, pre, ul")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));

  expect(box?.width).toBeLessThanOrEqual(390);
  expect(Math.max(...widths)).toBeLessThanOrEqual(390);
  expect(complaints).toEqual([]);
});

it("without scripts the console names the commands that do the same", async () => {
  const { page } = await system.open("/dead", { javaScriptEnabled: false });

  // Names and texts in a noscript are not looked for: by its class.
  await page.locator(".scriptless code").first().waitFor();
  await page.locator(".scriptless a").first().click();
  await page.getByRole("heading", { name: "Bida API" }).waitFor();
});
