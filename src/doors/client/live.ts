/**
 * Yields the live state whenever it changes. A lost connection is reopened, and then brings only changes.
 */
import { BidaError } from "./errors.ts";
import { pause, pauseBefore, type Transport } from "./transport.ts";
import type { LiveState } from "./types.ts";

/** Ends when `signal` aborts. @throws BidaError if the key may not read it; not while the API is away */
export async function* watchLive(transport: Transport, signal: AbortSignal): AsyncGenerator<LiveState> {
  let last: string | undefined;
  for (let pauses = 0; !signal.aborted; pauses += 1) {
    try {
      const bytes = await transport.stream({
        path: "/v1/stream",
        isRepeatable: true,
        signal,
        headers: { accept: "text/event-stream", ...(last === undefined ? {} : { "last-event-id": last }) },
      });
      for await (const { id, data } of eventsIn(bytes)) {
        pauses = 0;
        last = id ?? last;
        yield JSON.parse(data) as LiveState;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof BidaError && error.status !== null && error.status < 500 && error.status !== 429)
        throw error;
    }
    await pause(pauseBefore({ retryAfterMs: null }, pauses), signal).catch(() => undefined);
  }
}

interface ServerEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Yields the events with data; comments are skipped. */
async function* eventsIn(bytes: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventOf(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(block: string): ServerEvent | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "id") id = value;
    if (name === "data") data.push(value);
  }
  return data.length === 0 ? null : { id, data: data.join("\n") };
}
