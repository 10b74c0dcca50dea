/** What people do in the console, as it goes wrong for people: twice, at once, while typing Chinese, while cut off. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startConsole, type ConsoleSystem } from "./console-system.ts";

let system: ConsoleSystem;
beforeAll(async () => {
  system = await startConsole();
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

it("of two browsers that act at once, one is told in words that the other was first", async () => {
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
