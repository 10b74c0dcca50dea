/**
 * What a test has opened is closed after it, the latest first. Whoever imports this has the hook too.
 */
import { afterEach } from "vitest";
import { startLyingServer, type LyingServer, type Reply } from "../../src/testing/lying-server.ts";

/** Whatever a test adds here is called once, after that test. */
export const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A server that lies until the test is over. */
export async function aLyingServer(reply: Reply): Promise<LyingServer> {
  const server = await startLyingServer(reply);
  closing.push(() => server.close());
  return server;
}
