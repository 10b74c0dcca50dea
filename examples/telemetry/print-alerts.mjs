/**
 * A robot of a chat group to look at alerts with: takes what Bida sends to one of 企业微信, prints it, and answers as
 * that does.
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
