/**
 * Closes what a test has opened after the test, the latest first; see `close-after-each.ts`.
 */
import { startLyingServer, type LyingServer, type Reply } from "../../src/testing/lying-server.ts";

/** Each function that a test adds is called once, after that test. */
export const closing: (() => Promise<void>)[] = [];

/** A lying server that is stopped after the test. */
export async function aLyingServer(reply: Reply): Promise<LyingServer> {
  const server = await startLyingServer(reply);
  closing.push(() => server.close());
  return server;
}
