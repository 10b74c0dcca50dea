/**
 * A process that begins a send and is stopped before it has a connection. It prints what became of it.
 *
 *   node stopped-sender.ts URL MS   departs within MS
 */
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { PlatformWire } from "../../src/platforms/platform-http.ts";

const [url = "", withinMs = ""] = process.argv.slice(2);
const wire = new PlatformWire(url, { connections: 1 });
const guard = new SendGuard(Number(withinMs));
const call = wire.call({ method: "POST", path: "/send", json: {}, guard }, new AbortController().signal);
// The connect is under way, and its end is read when this process goes on.
process.kill(process.pid, "SIGSTOP");
process.stdout.write(JSON.stringify(await call));
await wire.close();
