/**
 * Accessibility of every page. In CI three pages in two looks; with BIDA_FULL=1 (`npm run full`) all pages in both
 * languages and themes at three widths.
 */
import { AxeBuilder } from "@axe-core/playwright";
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
  const others = ["/dead?tab=letters", "/deliveries", "/lanes", "/accounts", "/accounts/yzj", "/actions"];
  const rest = [
    `/actions/${action}`,
    "/callbacks",
    "/intake",
    "/audit",
    "/system",
    "/sessions",
    "/sandbox",
    "/help",
  ];
  return isFull ? [...three, ...others, ...rest] : three;
};

it.each(isFull ? all : smoke)(
  "axe finds nothing, and nothing is wider than the screen: $lang, $colorScheme, $width px",
  async ({ lang, colorScheme, width }) => {
    const { page, complaints } = await system.openLoggedIn(`/?lang=${lang}`, {
      colorScheme,
      viewport: { width, height: 800 },
    });

    for (const path of pages()) {
      await page.evaluate(
        `history.pushState(null, "", "/console${path}"); dispatchEvent(new PopStateEvent("popstate"))`,
      );
      await page.locator("main :is(table, .empty, .facts, .verdict)").first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map((found) => [path, found.id, found.nodes.map(({ html }) => html.slice(0, 200))]),
      ).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path).toBe(true);
    }
    expect(complaints).toEqual([]);
  },
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
