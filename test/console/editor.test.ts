/** Edit and replay: the editor in its shadow root, as people type in it, and the text box where it cannot be fetched. */
import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startConsole, type ConsoleSystem } from "./console-system.ts";

/** As a number of JavaScript it would end in 200. */
const LONG_ID = "1234567890123456789";

let system: ConsoleSystem;
beforeAll(async () => {
  system = await startConsole();
});
afterEach(async () => system.closePages());
afterAll(async () => system.close());

interface Editing {
  readonly id: string;
  readonly page: Page;
  readonly complaints: string[];
  readonly code: Locator;
  /** Selects this text of the payload's own line, and types over it. */
  readonly typeOver: (old: string, now: string) => Promise<void>;
}

async function edit(path = "?lang=en", options: BrowserContextOptions = {}): Promise<Editing> {
  const [id = ""] = await system.deadLetters(1, { title: "before", bizId: 7 });
  const { page, complaints } = await system.openLoggedIn(`/d/${id}${path}`, options);
  await page.locator(".verdict").waitFor();
  await page.keyboard.press("e");
  const code = page.locator("dialog .cm-content");
  await code.getByText('"before"').waitFor();
  // Operations come beside the payload: with them the list of its fields.
  await page.locator("dialog details").waitFor();
  const typeOver = async (old: string, now: string): Promise<void> => {
    await code.getByText(old, { exact: true }).dblclick();
    await page.keyboard.insertText(now);
  };
  return { id, page, complaints, code, typeOver };
}

it("takes what is typed, keeps an id of 19 digits, and sends the text as it stands", async () => {
  const { id, page, complaints, typeOver } = await edit();
  await page.locator("dialog").getByText("Nothing is changed yet.").waitFor();

  await typeOver('"before"', "after");
  await typeOver("7", LONG_ID);
  await page.locator(".changes ins").getByText('"after"').waitFor();
  await page.locator(".changes ins").getByText(LONG_ID).waitFor();
  await page.locator("dialog button.primary").click();
  await page.locator("dialog").waitFor({ state: "detached" });

  expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", generation: 2 });
  expect(await system.store.payload(id)).toContain(`"bizId": ${LONG_ID}`);
  await page.getByRole("button", { name: "Reveal" }).click();
  await page.locator("main pre").getByText(LONG_ID).waitFor();
  expect(complaints).toEqual([]);
});

it("lists what does not fit the operation's schema, with its path, and leads there", async () => {
  const { page, complaints, code, typeOver } = await edit("?lang=zh");

  await typeOver('"before"', "");
  const faults = page.locator("dialog .faults");
  await faults.getByText("/title 不能为空").waitFor();
  await code.locator(".cm-fault").getByText('""').waitFor();
  await faults.getByRole("button").click();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.insertText("又有了");
  await faults.waitFor({ state: "detached" });
  await page.locator(".changes ins").getByText('"又有了"').waitFor();

  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("}");
  await faults.getByText("从这里起不是 JSON").waitFor();
  expect(await page.locator("dialog button.primary").isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});

it("lets an input method compose", async () => {
  const { page, code, typeOver } = await edit();
  await typeOver('"before"', "");
  const session = await page.context().newCDPSession(page);

  await session.send("Input.imeSetComposition", { text: "qing'jia", selectionStart: 8, selectionEnd: 8 });
  await code.getByText('"qing\'jia"').waitFor();
  await session.send("Input.insertText", { text: "请假" });

  await page.locator(".changes ins").getByText('"请假"').waitFor();
  expect(await code.textContent()).not.toContain("qing");
});

it("is left by Escape, then Tab, and the dialog stays", async () => {
  const { page, code, typeOver } = await edit();
  await page.locator("dialog").getByText("Escape, then Tab leaves the editor.").waitFor();
  await typeOver('"before"', "after");

  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.className")).toBe("code-editor");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");

  expect(await page.evaluate("document.activeElement.className")).not.toBe("code-editor");
  expect(await code.textContent()).toContain('"after"');
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
});

it.each([
  { colorScheme: "light", width: 1280, lang: "en" },
  { colorScheme: "dark", width: 390, lang: "zh" },
] as const)("axe finds nothing: $colorScheme, $width px, with a fault", async (look) => {
  const { colorScheme, width, lang } = look;
  const viewport = { width, height: 800 };
  const { page, complaints, typeOver } = await edit(`?lang=${lang}`, { colorScheme, viewport });
  await typeOver('"before"', "");
  await page.locator("dialog .faults").waitFor();

  const { violations } = await new AxeBuilder({ page }).analyze();

  expect(violations.map((found) => [found.id, found.nodes.map(({ html }) => html.slice(0, 200))])).toEqual(
    [],
  );
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  const box = await page.locator("dialog .cm-editor").boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  expect(complaints).toEqual([]);
});

it("without the editor's code there is the text box, which checks as well and keeps every digit", async () => {
  const [id = ""] = await system.deadLetters(1, { title: "before", bizId: 7 });
  const { page, complaints } = await system.openLoggedIn(`/d/${id}?lang=en`);
  await page.route(/code-editor/, async (route) => route.abort());
  await page.locator(".verdict").waitFor();
  await page.keyboard.press("e");
  const box = page.locator("dialog textarea:enabled");
  await box.waitFor();
  await page.locator("dialog details").waitFor();

  await box.fill(
    (await box.inputValue()).replace('"before"', '""').replace('"bizId": 7', `"bizId": ${LONG_ID}`),
  );
  await page.locator("dialog .faults").getByText("expected a text that is not empty").waitFor();
  await box.fill((await box.inputValue()).replace('""', '"after"'));
  await page.locator(".changes ins").getByText(LONG_ID).waitFor();
  await page.locator("dialog button.primary").click();
  await page.locator("dialog").waitFor({ state: "detached" });

  expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", generation: 2 });
  expect(await system.store.payload(id)).toContain(`"bizId": ${LONG_ID}`);
  expect(complaints).toEqual([]);
});
