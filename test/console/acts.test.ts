/** What people do in the console, as it goes wrong for people: twice, at once, while typing Chinese, while cut off. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { startConsole, type ConsoleSystem } from "./console-system.ts";
import { InstallationKeys } from "../../src/storage/installation-keys.ts";

const CALLBACKS =
  'callbacks: { allowHosts: ["127.0.0.1"], secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", allowPrivate: true, allowHttp: true }';

let system: ConsoleSystem;
beforeAll(async () => {
  system = await startConsole({ showsSandbox: true, root: CALLBACKS });
  // An account that was in the configuration once.
  await system.redis.hset(
    new InstallationKeys(system.config.redis.prefix).accounts,
    "gone",
    '{"platform":"yunzhijia"}',
  );
});
afterEach(async () => system.closePages());
afterAll(async () => system.close());

const audited = async (act: string): Promise<number> => {
  const answer = await system.call(`/v1/audit?act=${encodeURIComponent(act)}`, { key: "ops" });
  return (answer.json["items"] as unknown[]).length;
};

it("a double click acts once", async () => {
  const [id = ""] = await system.deadLetters(1);
  const { page } = await system.openLoggedIn(`/d/${id}?lang=en`);
  await page.getByRole("button", { name: "Discard" }).click();
  await page.locator("dialog input[name=note]").fill("settled");
  const before = await audited("discard");

  await page.locator("dialog button[type=submit]").dblclick();
  await page.locator("dialog").waitFor({ state: "detached" });

  expect((await audited("discard")) - before).toBe(1);
  await page.getByRole("button", { name: "Restore" }).click();
  await page.locator("dialog button[type=submit]").click();
  await page.getByRole("button", { name: "Verify now" }).waitFor();
});

it("of two browsers that act at once, one says that the other was first", async () => {
  const [id = ""] = await system.deadLetters(1);
  const two = await Promise.all([
    system.openLoggedIn(`/d/${id}?lang=en`),
    system.openLoggedIn(`/d/${id}?lang=zh`),
  ]);
  for (const { page } of two) {
    await page.locator(".verdict").waitFor();
    await page.keyboard.press("D");
    await page.locator("dialog input[name=note]").fill("one of us");
  }

  await Promise.all(two.map(({ page }) => page.locator("dialog button[type=submit]").click()));

  const told = await Promise.all(
    two.map(async ({ page }) =>
      eventually(
        async () => [
          await page.getByText(/Somebody else acted first|已有他人先行操作/).count(),
          await page.locator("dialog").count(),
        ],
        ([words = 0, dialogs = 0]) => words > 0 || dialogs === 0,
      ),
    ),
  );
  expect(told.filter(([words = 0]) => words > 0)).toHaveLength(1);
});

it("while an input method composes, no key acts and Enter sends nothing", async () => {
  const { page } = await system.openLoggedIn("/dead?lang=zh");
  await page.keyboard.press("Control+k");
  const box = page.locator("dialog.search input");
  await box.waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "sixin", selectionStart: 5, selectionEnd: 5 });
  // In a text, because this file has no types of a browser.
  await page.evaluate(
    `document.querySelector("dialog.search input").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))`,
  );
  expect(await page.locator("dialog.search").count()).toBe(1);

  await session.send("Input.insertText", { text: "审计" });
  await page.getByRole("button", { name: /审计/ }).last().waitFor();
  await page.keyboard.press("Enter");

  await page.waitForURL(/\/console\/audit/);
});

it("verifies by keyboard, shows what the platform said, and marks a group for the others", async () => {
  await system.deadLetters(2, { key: "GROUP-" });
  const { page, complaints } = await system.openLoggedIn("/dead?lang=en");
  await page.getByRole("button", { name: "Manage…" }).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.getByLabel("Whose it is").fill("张三");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("main").getByText("张三").first().waitFor();
  await page
    .getByText(/acknowledged/)
    .first()
    .waitFor();

  await page
    .getByRole("link", { name: /rejected/ })
    .first()
    .click();
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("v");
  await page.locator("dialog button[type=submit]").click();
  await page
    .locator("dialog")
    .getByText(/nothing of it was sent/)
    .waitFor();

  expect(complaints).toEqual([]);
});

it("the overview follows what happens, also after the connection was cut", async () => {
  const { page } = await system.openLoggedIn("/?lang=en");
  const dead = page.locator(".figures dd").first();
  await page.getByText("99.9 % within 24 h").waitFor();
  const before = Number(await dead.textContent());
  await system.deadLetters(1);
  await eventually(
    async () => Number(await dead.textContent()),
    (count) => count === before + 1,
  );

  await page.context().setOffline(true);
  await system.deadLetters(1);
  await page.context().setOffline(false);

  await eventually(
    async () => Number(await dead.textContent()),
    (count) => count === before + 2,
  );
});

it("a viewer is shown no act, and the server refuses what a page would not offer", async () => {
  const [id = ""] = await system.deadLetters(1);
  const { page } = await system.open(`/d/${id}?lang=en`);
  await page.locator("input[name=key]").fill("key-of-eye");
  await page.keyboard.press("Enter");
  await page.locator(".verdict").waitFor();

  for (const key of ["r", "v", "e", "D"]) await page.keyboard.press(key);

  expect(await page.locator("dialog").count()).toBe(0);
  expect(await page.getByRole("button", { name: /Replay|Verify|Discard/ }).count()).toBe(0);
  const refused = await page.evaluate(
    `fetch("/v1/dead-letters/${id}/verify", { method: "POST", headers: { "content-type": "application/json", "x-bida-console": "1" }, body: "{}" }).then(({ status }) => status)`,
  );
  expect(refused).toBe(403);
});

it("edits one field of a group: shows the result first, refuses what would not validate, then does it", async () => {
  const before = "http://old.example.com/";
  const ids = await system.deadLetters(2, { key: "URL-", url: before });
  const { page, complaints } = await system.openLoggedIn("/dead?tab=letters&key=URL-0&lang=en");
  await page.getByRole("button", { name: "Edit a field…" }).click();
  const dialog = page.locator("dialog");
  await dialog.locator("input[name=field]").fill("url");
  await dialog.locator("input[name=find]").fill(before);
  await dialog.locator("input[name=note]").fill("the host has moved");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByText("0 would be edited and replayed, 1 left as they are.").waitFor();
  await dialog.getByText(/\/payload\/url/).waitFor();
  expect(await dialog.locator("button[type=submit]").isDisabled()).toBe(true);

  await dialog.locator("input[name=replaceWith]").fill("https://new.example.com/");
  expect(await dialog.getByRole("table").count()).toBe(0);
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByText('"https://new.example.com/"').waitFor();
  await dialog.getByRole("button", { name: "Edit and replay 1" }).click();
  await page.waitForURL(/\/console\/actions\//);
  await page.getByText("✓ done").waitFor();

  expect((await system.ended(ids[0] ?? "")).state).toMatchObject({ status: "confirmed", generation: 2 });
  expect((await system.store.payload(ids[0] ?? "")) ?? "").toContain("https://new.example.com/");
  expect((await system.ended(ids[1] ?? "")).state.status).toBe("dead");
  expect(await audited("edit /url in bulk")).toBe(1);
  expect(complaints).toEqual([]);
});

it("cancels several that were never sent, and says which could not be cancelled", async () => {
  await system.call("/v1/accounts/yzj/pause", { key: "ops", method: "POST" });
  const ids = await Promise.all(
    [0, 1, 2].map(async (number) => system.enqueue({ ...aTodo(), key: `UNSENT-${number}` })),
  );
  const { page, complaints } = await system.openLoggedIn("/deliveries?status=queued&lang=en");
  for (const number of [0, 1]) await page.getByLabel(`Select UNSENT-${number}`).check();
  await page.getByRole("button", { name: "Cancel 2 selected…" }).click();
  await page.locator("dialog input[name=note]").fill("ordered twice");
  await system.call(`/v1/deliveries/${ids[0] ?? ""}/cancel`, { key: "ops", method: "POST" });

  await page.locator("dialog button[type=submit]").click();
  await page.locator("dialog").getByText("1 done, 1 failed.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Select UNSENT-1").waitFor({ state: "detached" });

  const statuses = ids.map(async (id) => (await system.call(`/v1/deliveries/${id}`, { key: "ops" })).json);
  expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([
    "cancelled",
    "cancelled",
    "queued",
  ]);
  await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });
  expect(complaints).toEqual([]);
});

it("selects from one row to another by keyboard", async () => {
  await system.deadLetters(3, { key: "RANGE-" });
  const { page } = await system.openLoggedIn("/dead?tab=letters&lang=en");
  await page.locator("tbody tr").nth(2).waitFor();

  for (const key of ["j", "x", "j", "j", "X"]) await page.keyboard.press(key);

  await page.getByRole("button", { name: "Replay 3 selected…" }).waitFor();
});

/** Deliveries whose producers could not be told, as a callback worker leaves them. */
async function givenUp(count: number): Promise<void> {
  const ids = await Promise.all(
    Array.from({ length: count }, async (_, at) =>
      system.enqueue({ ...aTodo(), key: `TOLD-${at}`, callbackUrl: "http://127.0.0.1:9/told" }),
    ),
  );
  await Promise.all(ids.map(async (id) => system.ended(id)));
  const keys = new AccountKeys(system.config.redis.prefix, "yzj");
  for (const id of ids) {
    await system.redis.hset(
      keys.delivery(id),
      "callbackState",
      '{"attempts":9,"status":"dead","detail":"HTTP 500"}',
    );
    await system.redis.zadd(keys.deadCallbacks, Date.now() - 1_000, id);
  }
}

it("repeats callbacks: one, those selected by keyboard, and all that match", async () => {
  await givenUp(4);
  const { page, complaints } = await system.openLoggedIn("/callbacks?lang=en");
  const rows = page.locator("tbody tr");
  await rows.nth(3).waitFor();

  for (const key of ["j", "x", "j", "X"]) await page.keyboard.press(key);
  await page.getByRole("button", { name: "Tell 2 selected again…" }).waitFor();
  await page.keyboard.press("r");
  await page.locator("dialog input[name=note]").fill("OA is back");
  await page.locator("dialog button[type=submit]").click();
  await eventually(
    () => rows.count(),
    (count) => count === 2,
  );
  for (const key of ["*", "a", "r"]) await page.keyboard.press(key);
  await page.locator("dialog").getByRole("button", { name: "Tell 2 again" }).waitFor();
  await page.locator("dialog input[name=note]").fill("OA is back");
  await page.locator("dialog button[type=submit]").click();

  await page.getByText("Every producer was told.").waitFor();
  expect(complaints).toEqual([]);
});

it("offers by search what has no key, and says what a key has copied", async () => {
  const [id = ""] = await system.deadLetters(1, { key: "COPIED-" });
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, complaints } = await system.openLoggedIn("/dead?tab=letters&lang=en&key=COPIED-0", {
    permissions,
  });
  await page.locator("tbody tr").first().waitFor();
  for (const key of ["j", "Y"]) await page.keyboard.press(key);
  await page.getByText(`copied: bida status ${id}`).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
    `bida status ${id} --timeline --callback`,
  );

  const find = async (text: string): Promise<void> => {
    await page.keyboard.press("Control+k");
    await page.locator("dialog.search input").fill(text);
    await page.locator("dialog.search .found button").first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator("dialog.search").waitFor({ state: "detached" });
  };
  const before = await page.locator("html").getAttribute("data-theme");
  await find("theme");
  expect(await page.locator("html").getAttribute("data-theme")).not.toBe(before);
  await find("pause yzj");
  await page.getByRole("dialog", { name: "Pause yzj" }).waitFor();
  expect(page.url()).not.toContain("act=");
  await page.keyboard.press("Escape");
  await find("order-of-nobody");

  await page.waitForURL(/\/deliveries\?requestId=order-of-nobody/);
  expect(complaints).toEqual([]);
});

it("adds nothing to a list by itself: new rows wait until they are asked for", async () => {
  const { page } = await system.openLoggedIn("/audit?lang=en");
  const first = page.locator("tbody tr").first();
  const before = await first.textContent();
  await system.call("/v1/accounts/yzj/pause", { key: "ops", body: { note: "a look at the rows" } });
  await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });

  const fresh = page.getByRole("button", { name: /new/ });
  await fresh.waitFor();
  expect(await first.textContent()).toBe(before);
  await fresh.click();

  await page.getByText("a look at the rows").waitFor();
  expect(await first.textContent()).not.toBe(before);
});

it("no key leaves the console: Escape goes back as far as it was entered", async () => {
  const { page } = await system.openLoggedIn("/?lang=en");
  for (const key of ["g", "d"]) await page.keyboard.press(key);
  await page.waitForURL(/\/console\/dead/);

  // As fast as a key that is held down repeats on a busy machine: the browser has not gone back yet.
  await page.evaluate(
    'for (let times = 0; times < 3; times += 1) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))',
  );
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("Escape");

  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
});

it("chooses columns, which the address keeps, and exports a list for a spreadsheet", async () => {
  await system.deadLetters(1, { key: "TABLE-" });
  const { page, complaints } = await system.openLoggedIn("/dead?tab=letters&key=TABLE-0&lang=en");
  await page.getByRole("columnheader", { name: "Detail" }).waitFor();
  await page.getByText("Columns").click();
  await page.getByRole("checkbox", { name: "Detail" }).uncheck();
  await page.getByRole("columnheader", { name: "Detail" }).waitFor({ state: "detached" });
  expect(page.url()).toMatch(/hide=lane%2Cdetail/);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  await page.goto(`${system.url}/console/audit?act=export%20dead%20letters&lang=en`);
  await page
    .getByRole("row", { name: /export dead letters/ })
    .first()
    .waitFor();

  expect(text.trimEnd().split("\r\n")).toHaveLength(2);
  expect(text).toContain("TABLE-0");
  expect(complaints).toEqual([]);
});

it("keeps a filter under a name, in this browser", async () => {
  await system.deadLetters(1, { key: "VIEW-" });
  const { page } = await system.openLoggedIn("/dead?tab=letters&key=VIEW-0&lang=en");
  await page.getByPlaceholder("Save this filter as…").fill("夜班");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "夜班" }).waitFor();

  await page.goto(`${system.url}/console/dead?lang=en`);
  await page.getByRole("link", { name: "夜班" }).click();
  await page.waitForURL(/tab=letters&key=VIEW-0$/);
  await page.getByRole("button", { name: "Forget 夜班" }).click();
  await page.getByRole("link", { name: "夜班" }).waitFor({ state: "detached" });
});

it("shows when the dead letters of a group died, and what waits behind them", async () => {
  await system.deadLetters(1, { key: "HELD-", lane: "held" });
  await system.enqueue({ ...aTodo(), key: "BEHIND", lane: "held" });
  const { page, complaints } = await system.openLoggedIn("/dead?lang=en");

  await page
    .getByRole("img", { name: /Died in the last 24 hours.*0, \d+$/ })
    .first()
    .waitFor();
  await page.getByRole("link", { name: /Holds 1 lane; 1 behind/ }).click();
  await page.getByRole("row", { name: /named:held/ }).waitFor();
  await page.getByRole("link", { name: "named:held" }).click();
  const order = page.getByRole("region", { name: "Order" });
  await order.getByRole("link", { name: "BEHIND" }).waitFor();

  expect(await order.locator("li").allTextContents()).toEqual([
    expect.stringMatching(/^this one todo.create .*dead$/),
    expect.stringMatching(/^BEHIND todo.create .*queued$/),
  ]);
  expect(complaints).toEqual([]);
});

it("pauses an account until a planned end; an admin retires one that left the configuration", async () => {
  const { page } = await system.openLoggedIn("/accounts/other?lang=en");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator("dialog input[name=field]").fill("2099-01-02T03:04");
  await page.locator("dialog input[name=note]").fill("maintenance");
  await page.locator("dialog button[type=submit]").click();
  await page.getByText(/Paused by ops: maintenance · goes on at/).waitFor();
  expect((await system.call("/v1/accounts", { key: "ops" })).text).toContain("2099-01-01T19:04:00.000Z");
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator("dialog button[type=submit]").click();
  await page.getByText("running").waitFor();

  await page.goto(`${system.url}/console/accounts/gone?lang=en`);
  await page.locator(".verdict").waitFor();
  expect(await page.getByRole("button", { name: "Retire" }).count()).toBe(0);
  const { page: admins } = await system.open("/accounts/gone?lang=en");
  await admins.locator("input[name=key]").fill("key-of-boss");
  await admins.keyboard.press("Enter");
  await admins.getByRole("button", { name: "Retire" }).click();
  await admins.locator("dialog input[name=note]").fill("merged");
  await admins.locator("dialog button[type=submit]").click();
  await admins.locator("dialog").waitFor({ state: "detached" });
  expect(await audited("retire")).toBe(1);
});

it("in the sandbox of `bida up`: a fault by button, a sample, and both sides of it", async () => {
  const { page, complaints } = await system.openLoggedIn("/sandbox?lang=en");
  await page.getByRole("button", { name: "Refuses the content" }).click();
  await page.getByText("Waits for the next call: Refuses the content").waitFor();

  await page.getByRole("button", { name: "A todo" }).click();
  await page.getByRole("row", { name: /sample-.*rejected.*nothing/ }).waitFor();
  await page.getByRole("button", { name: "A todo" }).click();
  await page.getByRole("row", { name: /sample-.*confirmed.*stored 请假审批/ }).waitFor();

  expect(complaints).toEqual([]);
});
