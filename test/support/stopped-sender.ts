/**
 * A process that begins a call and is stopped before it has a connection. It prints what became of it.
 *
 *   node stopped-sender.ts URL MS send|check   departs within MS
 */
import { LatestDeparture } from "../../src/platforms/http/latest-departure.ts";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { PlatformWire } from "../../src/platforms/platform-http.ts";

const [url = "", withinMs = "", what = ""] = process.argv.slice(2);
const wire = new PlatformWire(url, { connections: 1 });
const within = Number(withinMs);
const leaves = what === "send" ? { guard: new SendGuard(within) } : { leaveBy: new LatestDeparture(within) };
const call = wire.call({ method: "POST", path: "/call", json: {}, ...leaves }, new AbortController().signal);
// The connect is under way, and its end is read when this process goes on.
process.kill(process.pid, "SIGSTOP");
process.stdout.write(JSON.stringify(await call));
await wire.close();
