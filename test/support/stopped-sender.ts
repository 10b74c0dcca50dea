/**
 * A process that begins a call and is stopped before it is connected. It prints the result of the call.
 *
 *   node stopped-sender.ts URL MS send|check   must depart within MS
 */
import { LatestDeparture } from "../../src/platforms/http/latest-departure.ts";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { PlatformWire } from "../../src/platforms/platform-http.ts";

const [url = "", withinMs = "", what = ""] = process.argv.slice(2);
const wire = new PlatformWire(url, { connections: 1 });
const within = Number(withinMs);
const leaves = what === "send" ? { guard: new SendGuard(within) } : { leaveBy: new LatestDeparture(within) };
const call = wire.call({ method: "POST", path: "/call", json: {}, ...leaves }, new AbortController().signal);
// It is connecting; it reads the end of that when the process continues.
process.kill(process.pid, "SIGSTOP");
process.stdout.write(JSON.stringify(await call));
await wire.close();
