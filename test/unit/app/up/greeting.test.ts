import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { inLanguage } from "../../../../src/language/say.ts";
import { commandOn, greeting } from "../../../../src/app/up/greeting.ts";

const root = mkdtempSync(join(tmpdir(), "bida-greeting-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folderWithBida(...names: string[]): string {
  const folder = join(root, ...names);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bida"), "");
  chmodSync(join(folder, "bida"), 0o755);
  return folder;
}

it("names the command as it can be typed: bida, where it is on the PATH", () => {
  expect(commandOn([join(root, "empty"), folderWithBida("bin")].join(delimiter))).toBe("bida");
});

it("names npx bida in a checkout, also when npm's own folders have a bida", () => {
  expect(commandOn(["", "/nowhere", folderWithBida("node_modules", ".bin")].join(delimiter))).toBe(
    "npx bida",
  );
});

it("uses that command in its greeting", () => {
  const running = {
    url: "http://127.0.0.1:8080",
    key: "k",
    redis: "r",
    console: "http://127.0.0.1:8080/console/login?link=x",
    sandbox: "http://127.0.0.1:9001",
    accounts: ["yzj"],
  };
  const text = greeting(running, "npx bida");
  expect(text).toContain("\n  npx bida send --account yzj --operation todo.create --wait --payload '{");
  expect(text).toContain("\n  npx bida accounts\n");
  const chinese = inLanguage(text, "zh");
  expect(chinese).toContain("必达已启动：http://127.0.0.1:8080");
  expect(chinese).toContain("\n然后在另一个终端里：\n");
  expect(chinese).toContain("（模拟平台所保存的内容）");
  expect(chinese).toMatch(/\nCtrl-C 停止全部，不留任何内容，包括投递。\n$/);
  // The accounts of somebody's own configuration are sent no sample.
  expect(greeting({ ...running, sandbox: null }, "npx bida")).not.toContain("--payload");
});
