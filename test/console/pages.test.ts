/** The pages in a real browser: by keyboard, in both languages and themes, on phone and desktop. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startConsole, type ConsoleSystem } from "./console-system.ts";

let system: ConsoleSystem;
beforeAll(async () => {
  system = await startConsole();
});
afterEach(async () => {
  await system.closePages();
});
afterAll(async () => {
  await system.close();
});

describe("logging in", () => {
  it("refuses a wrong key with a reason, and returns to the page that was asked for", async () => {
    const [id = ""] = await system.deadLetters(1);
    const { page, complaints } = await system.open(`/d/${id}`);

    await page.locator("input[name=key]").fill("no-such-key");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.locator("input[name=key]").fill("key-of-ops");
    await page.keyboard.press("Enter");

    await page.getByText(id).first().waitFor();
    expect(await page.evaluate("JSON.stringify([localStorage, sessionStorage])")).not.toContain("key-of-ops");
    expect(page.url()).not.toContain("key-of-ops");
    expect(complaints).toEqual([]);
  });
});

describe("by keyboard alone", () => {
  it("replays a group: counts, gives a reason, sees it done", async () => {
    const ids = await system.deadLetters(3);
    const { page, complaints } = await system.openLoggedIn("/?lang=en");

    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.getByRole("button", { name: "Replay group" }).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("r");
    await page.getByText(/match, as counted now/).waitFor();
    // Cancel has the focus first: an Enter too many does nothing.
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Cancel");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("mended");
    await page.keyboard.press("Enter");

    await page.waitForURL(/\/console\/actions\//);
    await page.getByText("✓ done").waitFor();
    for (const id of ids) expect((await system.ended(id)).state).toMatchObject({ status: "confirmed" });
    expect(complaints).toEqual([]);
  });

  it("finds a delivery by its key, and opens it", async () => {
    const [id = ""] = await system.deadLetters(1, { key: "INV-4711-" });
    const { page } = await system.openLoggedIn("/audit?lang=en");

    await page.keyboard.press("Control+k");
    await page.keyboard.type("INV-4711-0");
    await page.getByRole("button", { name: /INV-4711-0/ }).waitFor();
    await page.keyboard.press("Enter");

    await page.waitForURL(new RegExp(`/console/d/${id}$`));
    await page.getByRole("heading", { name: "What happens next" }).waitFor();
  });

  it("discards one, only with a reason", async () => {
    const [id = ""] = await system.deadLetters(1);
    const { page } = await system.openLoggedIn(`/d/${id}?lang=zh`);
    await page.getByRole("heading", { name: "接下来" }).waitFor();

    await page.keyboard.press("D");
    const confirm = page.getByRole("button", { name: "丢弃 1 条" });
    await confirm.waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel("原因").fill("单据已作废");
    await page.keyboard.press("Enter");

    await page.getByText("已丢弃").first().waitFor();
    expect((await system.call("/v1/audit", { key: "ops" })).text).toContain("单据已作废");
  });
});

describe("what to do", () => {
  it("is said beside a group in words, and step by step in the runbook, in the reader's language", async () => {
    await system.deadLetters(1);
    const { page, complaints } = await system.openLoggedIn("/dead?lang=zh");

    await page.getByText("所有 openId 在平台上都不存在").first().waitFor();
    await page.getByRole("link", { name: "运维手册" }).first().click();
    await page.getByRole("heading", { name: "含义" }).waitFor();
    expect(page.url()).toContain("/runbooks/dead-letters");
    expect(await page.locator("pre").first().textContent()).toContain("npx bida dead groups");
    await page.keyboard.press("l");
    await page.getByRole("heading", { name: "What it means" }).waitFor();
    await page.getByRole("link", { name: "credentials" }).click();
    await page.getByRole("heading", { name: "The platform refuses the credentials" }).waitFor();

    expect(complaints).toEqual([]);
  });

  it("stands on the account's page beside its latest errors", async () => {
    const [id = ""] = await system.deadLetters(1);
    const { page, complaints } = await system.openLoggedIn("/accounts/yzj?lang=en");

    await page.getByRole("table", { name: "Latest errors" }).locator(`a[href$="/d/${id}"]`).first().waitFor();
    await page.getByText("Settings, without secrets").click();
    await page.getByText('"confirmWithin": "1d"').waitFor();
    await page.goto(`${system.url}/console/system?lang=en`);
    await page.getByText("noeviction").waitFor();

    expect(complaints).toEqual([]);
  });
});

describe("while others act, and sessions end", () => {
  it("says so when somebody else was first", async () => {
    const [id = ""] = await system.deadLetters(1);
    const { page } = await system.openLoggedIn(`/d/${id}?lang=en`);
    await page.getByRole("heading", { name: "What happens next" }).waitFor();
    await page.keyboard.press(".");
    await page.keyboard.press("D");
    await page.locator("dialog input").fill("settled twice");
    await system.call(`/v1/dead-letters/${id}/discard`, { key: "ops", body: { note: "settled" } });

    await page.keyboard.press("Enter");

    await page.getByText("Somebody else acted first").waitFor();
  });

  it("keeps what was typed when the session ends in the middle", async () => {
    const [id = ""] = await system.deadLetters(1);
    const { page } = await system.openLoggedIn(`/d/${id}?lang=en`);
    await page.getByRole("heading", { name: "What happens next" }).waitFor();
    await page.keyboard.press("D");
    await page.locator("dialog input").fill("a long reason");
    await page.context().clearCookies();

    await page.keyboard.press("Enter");
    await page.locator("input[name=key]").fill("key-of-ops");
    await page.keyboard.press("Enter");
    await page.locator("input[name=key]").waitFor({ state: "detached" });

    expect(await page.locator("dialog input").inputValue()).toBe("a long reason");
    await page.getByRole("button", { name: "Discard 1" }).click();
    await page.getByText("discarded", { exact: false }).first().waitFor();
  });
});

describe("behind a proxy that takes a prefix off", () => {
  it("opens a deep link, logs in and reads", async () => {
    const proxy = createServer((incoming, outgoing) => {
      const { method, headers, url = "" } = incoming;
      const path = url.replace(/^\/ops/, "");
      const passed = request(system.url + path, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = proxy.address() as AddressInfo;
      const { page, complaints } = await system.openAt(
        `http://127.0.0.1:${port}/ops/console/accounts/yzj?lang=en`,
      );
      await page.locator("input[name=key]").fill("key-of-ops");
      await page.keyboard.press("Enter");

      await page.getByRole("heading", { name: "Account yzj" }).waitFor();
      await page.getByRole("link", { name: "Overview" }).first().click();
      await page.waitForURL(/\/ops\/console/);
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

describe("hostile texts", () => {
  it("are shown as texts, their invisible characters named, and nothing runs", async () => {
    const evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    const turned = "\u202Egpj.exe\u0085\u0007";
    const [id = ""] = await system.deadLetters(1, {
      key: `${evil}-`,
      lane: `lane ${evil}`,
      title: turned,
      metadata: { note: evil + turned, long: "x".repeat(10_000), id: 9_007_199_254_740_991 },
    });
    const { page, complaints } = await system.openLoggedIn(`/d/${id}?lang=en`);
    page.on("dialog", () => complaints.push("a script ran"));

    await page.getByRole("button", { name: "Reveal" }).click();
    await page.getByText("U+202E").first().waitFor();
    const group = { account: "yzj", operation: "todo.create", reason: "rejected", code: "505" };
    const note = `${evil}${turned}${"y".repeat(400)}`;
    await system.call("/v1/dead-letters/groups/mark", {
      key: "ops",
      body: { ...group, assignee: evil, note },
    });
    await system.call("/v1/dead-letters/replay", {
      key: "ops",
      body: { filter: { key: `${evil}-0` }, dryRun: true, note },
    });
    await system.call("/v1/accounts/yzj/pause", { key: "ops", body: { note } });
    for (const path of [
      "/dead?tab=letters",
      "/dead",
      `/deliveries?key=${encodeURIComponent(`${evil}-0`)}`,
      "/lanes",
      "/accounts/yzj",
      "/actions",
      "/audit",
    ]) {
      await page.goto(`${system.url}/console${path}`);
      await page.locator("main").getByText("<script>").first().waitFor();
      expect(await page.locator("main script, main img").count(), path).toBe(0);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path).toBe(true);
    }
    await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });

    expect(await page.locator("main script, main img").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(complaints).toEqual([]);
  });
});
