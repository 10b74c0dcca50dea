/** The todo centre of Hainan's government: tasks, signed by one of several gateways (docs/platforms/hainan.md). */
import { z } from "zod";
import { openHainanWire } from "./signers/hainan-wire.ts";
import type { Channel } from "../channel.ts";
import { hainanTask } from "./task/channel.ts";
import { definePlatform, platformUrl } from "../platform.ts";

const fields = {
  baseUrl: platformUrl.default("https://api-one.digitalhainan.com.cn/apione"),
  /** The signers other than the bridge need both keys; the bridge has its own. */
  accessKey: z.string().default(""),
  secretKey: z.string().default(""),
  /** `INTER`: 政务互联网, `INTRA`: 政务外网. */
  region: z.enum(["INTER", "INTRA"]).default("INTER"),
  signer: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bridge"), url: platformUrl }),
    z.strictObject({ kind: z.literal("csb") }),
    z.strictObject({ kind: z.literal("zwdd") }),
    z.strictObject({ kind: z.literal("none") }),
  ]),
  /** What happens to later assignees when the package of the first one is lost: a new package, or a dead letter. */
  onLostPackage: z.enum(["newPackage", "dead"]).default("newPackage"),
};

export const hainan = definePlatform({
  name: "hainan",
  fields,
  secretFields: ["accessKey", "secretKey"],
  // The platform publishes no limit; this one is Bida's.
  rates: { task: 20 },
  channels: [hainanTask as Channel],
  problems: ({ signer, accessKey, secretKey }) => {
    const signs = signer.kind === "csb" || signer.kind === "zwdd";
    if (!signs || (accessKey !== "" && secretKey !== "")) return [];
    return [{ path: ["signer"], detail: "expected accessKey and secretKey: this signer signs with them" }];
  },
  target: ({ baseUrl, signer }) =>
    signer.kind === "bridge" ? { url: signer.url, field: "signer.url" } : { url: baseUrl, field: "baseUrl" },
  settings: ({ onLostPackage }) => ({ onLostPackage }),
  wire: (account, opening) => openHainanWire(account, opening),
  sandbox: {
    account: "hn",
    fields: (url) => ({
      baseUrl: `${url}/apione`,
      accessKey: "sandbox-ak",
      secretKey: "sandbox-sk",
      signer: { kind: "none" },
    }),
  },
});
