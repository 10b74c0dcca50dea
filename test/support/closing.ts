/**
 * What a test has opened is closed after it, the latest first (`close-after-each.ts`).
 */
import { startLyingServer, type LyingServer, type Reply } from "../../src/testing/lying-server.ts";

/** Whatever a test adds here is called once, after that test. */
export const closing: (() => Promise<void>)[] = [];

/** A server that lies until the test is over. */
export async function aLyingServer(reply: Reply): Promise<LyingServer> {
  const server = await startLyingServer(reply);
  closing.push(() => server.close());
  return server;
}
