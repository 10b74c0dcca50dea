/**
 * Reads the body of an answer. Bida asks for no compression, but gateways compress all the same.
 *
 * Invariant: no more than `limit` bytes are ever unpacked, however little was sent.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { decodeText } from "./charset.ts";

/** More layers of compression than a server and a gateway add are an attack. */
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

/** The text; null if it cannot be read: unknown coding, broken or incomplete bytes, or too many of them. */
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
  // An empty body needs no unpacking, whatever its coding.
  if (body.length === 0) return "";
  // JSON never begins like gzip: here a gateway has dropped the header.
  if (layers.length === 0 && isGzip(body)) layers.push("gzip");
  try {
    for (const layer of layers.toReversed()) {
      const unpack = UNPACK[layer];
      if (unpack === undefined) return null;
      body = unpack(body, { maxOutputLength: limit });
    }
  } catch {
    // Whatever zlib throws, the body cannot be read.
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

/** `deflate` means the zlib format, but some servers send raw deflate. */
function inflateEither(bytes: Buffer, limits: { readonly maxOutputLength: number }): Buffer {
  const header = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  const isZlib = (header & 0x0f00) === 0x0800 && header % 31 === 0;
  if (!isZlib) return inflateRawSync(bytes, limits);
  try {
    return inflateSync(bytes, limits);
  } catch (error) {
    // A raw stream may happen to begin like a zlib header. The limit holds in any case.
    if (error instanceof RangeError) throw error;
    return inflateRawSync(bytes, limits);
  }
}
