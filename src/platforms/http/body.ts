/**
 * The text of an answer. Bida asks for no compressed one, but gateways send them all the same.
 *
 * Invariant: no more than `limit` bytes are ever unpacked, however little was sent.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { decodeText } from "./charset.ts";

/** More layers than a gateway and a server could add are an attack. */
const MOST_LAYERS = 3;

type Unpack = (bytes: Buffer, limits: { readonly maxOutputLength: number }) => Buffer;

const UNPACK: Readonly<Record<string, Unpack>> = {
  identity: (bytes) => bytes,
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  deflate: inflateEither,
};

/** Null where it cannot be read: an unknown coding, broken or cut bytes, or too many of them. */
export function readBody(
  bytes: Buffer,
  {
    contentEncoding,
    limit,
    contentType,
  }: {
    readonly contentEncoding: string | readonly string[] | undefined;
    readonly limit: number;
    readonly contentType?: string | undefined;
  },
): string | null {
  const layers = contentEncoding === undefined ? [] : layersIn(contentEncoding);
  if (layers.length > MOST_LAYERS) return null;
  let body = bytes;
  // An empty body is empty under any coding: there is nothing to unpack.
  if (body.length === 0) return "";
  // JSON never begins like gzip: a gateway lost the header.
  if (layers.length === 0 && isGzip(body)) layers.push("gzip");
  try {
    for (const layer of layers.toReversed()) {
      const unpack = UNPACK[layer];
      if (unpack === undefined) return null;
      body = unpack(body, { maxOutputLength: limit });
    }
  } catch {
    // What zlib throws says that it cannot be read, and no more.
    return null;
  }
  return decodeText(body, contentType);
}

function layersIn(contentEncoding: string | readonly string[]): string[] {
  return [contentEncoding]
    .flat()
    .flatMap((value) => value.split(","))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** `deflate` means zlib's format, and some servers send the bare one. */
function inflateEither(bytes: Buffer, limits: { readonly maxOutputLength: number }): Buffer {
  const header = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  const isZlib = (header & 0x0f00) === 0x0800 && header % 31 === 0;
  if (!isZlib) return inflateRawSync(bytes, limits);
  try {
    return inflateSync(bytes, limits);
  } catch (error) {
    // A bare stream may begin by chance with what looks like a header. The limit holds in any case.
    if (error instanceof RangeError) throw error;
    return inflateRawSync(bytes, limits);
  }
}
