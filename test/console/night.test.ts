/** A night's work, from the alert's link to the audit: by keyboard alone, and on a phone with a poor connection. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startAlerts } from "../../src/app/alerts.ts";
import { linkTo } from "../../src/alerts/links.ts";
import { alertsSchema } from "../../src/config/alerts-schema.ts";
import { leaveDead } from "../support/leave-dead.ts";
import { aTodo } from "../support/builders.ts";
import { closing } from "../support/closing.ts";
import { eventually } from "../support/eventually.ts";
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
async function refusedDeliveries(count: number): Promise<readonly string[]> {
  await system.call("/v1/accounts/yzj/pause", { key: "ops", method: "POST" });
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(25, count - ids.length) }, refusedDelivery);
    ids.push(...(await Promise.all(some)));
  }
  await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });
  return ids;
}

async function refusedDelivery(): Promise<string> {
  const id = await system.enqueue(aTodo());
  await leaveDead(system, { id, reason: "rejected", detail: "refused" });
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

interface Robot {
  readonly url: string;
  /** The first message that has this in it. */
  readonly told: (words: string) => Promise<string>;
}

/** Of a group of 企业微信: takes markdown, and answers 200 with a code. */
async function startRobot(): Promise<Robot> {
  const contents: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { msgtype, markdown } = JSON.parse(body) as { msgtype: string; markdown?: { content: string } };
    const isRight = msgtype === "markdown" && request.url === "/send?key=k";
    if (isRight && markdown !== undefined) contents.push(markdown.content);
    response.end(
      isRight ? '{"errcode":0,"errmsg":"ok"}' : '{"errcode":93000,"errmsg":"invalid webhook url"}',
    );
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send?key=k`,
    told: async (words) => {
      const found = await eventually(
        () => contents.find((content) => content.includes(words)),
        (content) => content !== undefined,
      );
      return found ?? "";
    },
  };
}

it("in Chinese, from the robot's message to the green console, and the message that it is over", async () => {
  const ids = await refusedDeliveries(3);
  const robot = await startRobot();
  const alerts = alertsSchema.parse({
    console: `${system.url}/console/`,
    every: "1s",
    settle: "0s",
    to: [{ kind: "wecom", url: robot.url }],
  });
  const watch = startAlerts({ config: { ...system.config, alerts }, emit: () => undefined });
  closing.push(async () => watch?.stop());

  const message = await robot.told("【新】");
  expect(message).toMatch(/^### Bida 告警 1 项\n> \[【新】 yzj todo\.create：死信 3 条，平台拒绝/);
  const [, link = ""] = /\]\((\S+)\)/.exec(message) ?? [];
  expect(link.startsWith(`${system.url}/console/`)).toBe(true);
  const path = link.slice(`${system.url}/console`.length);
  const { page, complaints } = await system.open(path, { locale: "zh-CN" });
  await page.locator("input[name=key]").fill("key-of-ops");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "核实全部匹配项…" }).click();
  await page.getByText(/当前匹配 3 条/).waitFor();
  await page.locator("dialog input[name=note]").fill("平台说已恢复");
  await page.getByRole("button", { name: "核实 3 条" }).click();
  await page.waitForURL(/\/console\/actions\//);
  await page.getByText("✓ 完成").waitFor();
  await page.getByText("从未发出，平台上不会有：重投会发送它").first().waitFor();

  await page.goto(link);
  await page.getByRole("button", { name: "重投全部匹配项…" }).click();
  await page.getByText(/当前匹配 3 条/).waitFor();
  await page.locator("dialog input[name=note]").fill("平台已恢复");
  await page.getByRole("button", { name: "重投 3 条" }).click();
  await page.waitForURL(/\/console\/actions\//);
  await page.getByText("✓ 完成").waitFor();
  for (const id of ids) expect((await system.ended(id)).state.status).toBe("confirmed");
  await page.goto(`${system.url}/console/`);
  await page.getByRole("row", { name: /yzj.*运行中.*0.*0.*0/ }).waitFor();

  expect(await robot.told("【恢复】")).toMatch(
    /^### Bida 恢复正常\n> \[【恢复】 yzj todo\.create：死信已有人处理，平台拒绝/,
  );
  expect(complaints).toEqual([]);
});

it("in Chinese on a phone with 200 ms and 400 kB/s: three taps from the alert's link", async () => {
  const ids = await refusedDeliveries(3);
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
  await refusedDeliveries(1_000);
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
