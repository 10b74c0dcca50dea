/**
 * Stands in for an OTLP receiver: takes the traces that Bida pushes (JSON over HTTP), and prints one line per span.
 *
 *   node examples/telemetry/print-spans.mjs 4318
 */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const port = Number(process.argv[2] ?? 4318);

const server = createServer((request, response) => void take(request, response));
server.listen(port, "127.0.0.1", () => {
  console.log(`listening at http://127.0.0.1:${server.address().port}`);
});

async function take(request, response) {
  const body = await text(request);
  if (request.url === "/v1/traces") for (const span of spansIn(JSON.parse(body))) console.log(lineOf(span));
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
}

function spansIn({ resourceSpans }) {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function lineOf({ traceId, name, startTimeUnixNano, endTimeUnixNano }) {
  const ms = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;
  return `${traceId}  ${name}  ${ms.toFixed(0)} ms`;
}
