/**
 * Stands in for a 企业微信 robot: prints the alerts that Bida sends, and answers like a robot.
 *
 *   node examples/telemetry/print-alerts.mjs 4319
 */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const port = Number(process.argv[2] ?? 4319);

const server = createServer((request, response) => void take(request, response));
server.listen(port, "127.0.0.1", () => {
  console.log(`listening at http://127.0.0.1:${server.address().port}`);
});

async function take(request, response) {
  const { markdown } = JSON.parse(await text(request));
  console.log(markdown.content);
  response.writeHead(200, { "content-type": "application/json" }).end('{"errcode":0,"errmsg":"ok"}');
}
