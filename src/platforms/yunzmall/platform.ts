/** 芸众 Yunzmall: its messages are read and awaited, never written (docs/platforms/yunzmall.md). */
import { z } from "zod";
import type { Channel } from "../channel.ts";
import { probeRefusal } from "../classify-http.ts";
import { PlatformWire } from "../platform-http.ts";
import { yunzmallMessage } from "./message/channel.ts";
import { readPass } from "./message/read-list.ts";
import { definePlatform, platformUrl, secret } from "../platform.ts";

const fields = {
  baseUrl: platformUrl,
  /** Sent with every call; the platform does not say how it wants to be authenticated. */
  headers: z.record(z.string(), secret).default({}),
};

export const yunzmall = definePlatform({
  name: "yunzmall",
  fields,
  secretFields: ["headers"],
  // The platform publishes no limit; this one is Bida's.
  rates: { list: 5 },
  channels: [yunzmallMessage as Channel],
  messages: { readPass },
  secrets: ({ headers }) => Object.entries(headers).flatMap(([name, value]) => (isOpen(name) ? [] : [value])),
  wire: ({ baseUrl, headers }, { connections, way }) =>
    new PlatformWire(baseUrl, { connections, headers, ...way }),
  probe: async (_account, { wire, now, signal }) => {
    const call = { method: "GET", path: "/admin/message/unread", query: { page: "1" } } as const;
    return [{ fields: "headers", refusal: probeRefusal(await wire.call(call, signal), now()) }];
  },
  sandbox: { account: "mall", fields: (url) => ({ baseUrl: `${url}/business/1` }) },
});

/** Headers that every client sends, which are no secret. */
function isOpen(header: string): boolean {
  return /^(accept|accept-.*|user-agent|content-.*|cache-control|connection)$/i.test(header);
}
