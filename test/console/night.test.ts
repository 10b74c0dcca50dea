/** A night's work, from the alert's link to the audit: by keyboard alone, and on a phone with a poor connection. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { linkTo } from "../../src/alerts/links.ts";
import { die } from "../../src/delivery/decision.ts";
import { aTodo } from "../support/builders.ts";
import { startConsole, type ConsoleSystem } from "./console-system.ts";

let system: ConsoleSystem;
beforeAll(async () => {
  system = await startConsole();
});
afterEach(async () => system.closePages());
afterAll(async () => system.close());

/** As the alert and `bida dead groups` print it. */
function alertsLink(code: string | null): string {
  const group = { account: "yzj", operation: "todo.create", reason: "rejected", code } as const;
  const link = linkTo("", { kind: "dead", key: "dead", ...group, count: 1 });
  return link ?? "";
}

/**
 * As the worker would have left them, without a thousand calls of the platform: while the account is paused, nobody
 * else moves them on.
 */
async function refusedLetters(count: number): Promise<readonly string[]> {
  await system.call("/v1/accounts/yzj/pause", { key: "ops", method: "POST" });
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(25, count - ids.length) }, refusedLetter);
    ids.push(...(await Promise.all(some)));
  }
  await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });
  return ids;
}

async function refusedLetter(): Promise<string> {
  const id = await system.enqueue(aTodo());
  const delivery = await system.store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
  const decision = die(
    delivery.state,
    { reason: "rejected", detail: "refused", entries: [] },
    { now: Date.now() },
  );
  await system.store.save(delivery, decision, { leavesLane: false });
  return id;
}

const codeOfGroup = async (): Promise<string | null> => {
  const { json } = await system.call("/v1/dead-letters/groups", { key: "ops" });
  return (json["items"] as { code: string | null }[])[0]?.code ?? null;
};

/** Moves the focus back until it is on what has this name. */
async function backTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 8; steps += 1) {
    await page.keyboard.press("Shift+Tab");
    if ((await page.evaluate("document.activeElement?.getAttribute('name')")) === name) return;
  }
  throw new Error(`no way back to ${name}`);
}

async function typeOver(page: Page, name: string, text: string): Promise<void> {
  await backTo(page, name);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

it("in Chinese on a phone with 200 ms and 400 kB/s: three taps from the alert's link", async () => {
  const ids = await refusedLetters(3);
  const { page, complaints } = await system.openLoggedIn("/?lang=zh", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    locale: "zh-CN",
  });
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const speed = { downloadThroughput: 400_000, uploadThroughput: 400_000 };
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 200, ...speed });

  await page.goto(`${system.url}/console${alertsLink(await codeOfGroup())}&lang=zh`);
  await page.getByRole("button", { name: "重投全部匹配项…" }).tap();
  await page.getByText(/当前匹配 3 条/).waitFor();
  await page.locator("dialog input[name=note]").tap();
  await page.keyboard.type("平台已恢复");
  await page.getByRole("button", { name: "重投 3 条" }).tap();

  await page.waitForURL(/\/console\/actions\//);
  await page.getByText("✓ 完成").waitFor();
  for (const id of ids) expect((await system.ended(id)).state.status).toBe("confirmed");
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect(complaints).toEqual([]);
});

it("by keyboard alone: link, login, verify, dry run, replay of 1,000, progress, audit", async () => {
  await refusedLetters(1_000);
  const { page, complaints } = await system.open(`${alertsLink(await codeOfGroup())}&lang=en`);

  await page.locator("input[name=key]").waitFor();
  await page.keyboard.type("key-of-ops");
  await page.keyboard.press("Enter");
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("v");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page
    .locator("dialog")
    .getByText(/nothing of it was sent/)
    .waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("*");
  await page.keyboard.press("a");
  await page.keyboard.press("r");
  await page.getByText(/1,000 match, as counted now/).waitFor();
  await backTo(page, "count");
  await page.keyboard.type("1000");
  await typeOver(page, "rate", "1000");
  await typeOver(page, "note", "the platform was mended");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/console\/actions\//);
  await page.getByText("✓ done").waitFor({ timeout: 90_000 });
  await page
    .locator(".figures div", { hasText: /^done1,000$/ })
    .first()
    .waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await page.getByRole("row", { name: /replay in bulk, done.*1,000.*the platform was mended/ }).waitFor();
  expect(complaints).toEqual([]);
});
