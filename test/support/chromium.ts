/**
 * A real Chromium, for the tests of the console and its bench: the one named by `BIDA_TEST_CHROMIUM`, or the
 * system's own.
 */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const KNOWN = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** @throws Error that says how to install one, if there is none */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env["BIDA_TEST_CHROMIUM"] ?? KNOWN.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("this needs Chromium: apt-get install chromium, or name one with BIDA_TEST_CHROMIUM");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}
