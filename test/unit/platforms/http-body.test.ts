/**
 * Bodies that gateways compress though nobody asked, whole and broken.
 */
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBody } from "../../../src/platforms/http/body.ts";

const LIMIT = 1_048_576;
const TEXT = '{"success":true,"data":{"workId":"5b33f7b8e4b0a5c5a3f9a001"},"error":"张三"}';
const bytes = Buffer.from(TEXT);

const CODINGS: readonly [string, string, Buffer][] = [
  ["gzip", "gzip", gzipSync(bytes)],
  ["gzip under its old name", "x-gzip", gzipSync(bytes)],
  ["gzip in capitals", " GZip ", gzipSync(bytes)],
  [
    "gzip of several members",
    "gzip",
    Buffer.concat([gzipSync(bytes.subarray(0, 20)), gzipSync(bytes.subarray(20))]),
  ],
  ["deflate in zlib's format", "deflate", deflateSync(bytes)],
  ["deflate in zlib's format, packed least", "deflate", deflateSync(bytes, { level: 0 })],
  ["deflate, bare", "deflate", deflateRawSync(bytes)],
  ["deflate, bare and not packed", "deflate", deflateRawSync(bytes, { level: 0 })],
  ["br", "br", brotliCompressSync(bytes)],
  ["zstd", "zstd", zstdCompressSync(bytes)],
  ["identity", "identity", bytes],
  ["an empty header", "", bytes],
  ["two layers", "gzip, br", brotliCompressSync(gzipSync(bytes))],
  ["gzip whose header was lost on the way", "", gzipSync(bytes)],
];

describe("a body in", () => {
  it.each(CODINGS)("%s is read", (_, encoding, body) => {
    expect(readBody(body, { contentEncoding: encoding, limit: LIMIT })).toBe(TEXT);
    expect(readBody(body, { contentEncoding: [encoding], limit: LIMIT })).toBe(TEXT);
  });

  it.each(CODINGS.filter(([, encoding]) => /gzip|deflate|br|zstd/i.test(encoding)))(
    "%s is not read when cut",
    (_, encoding, body) => {
      expect(readBody(body.subarray(0, -3), { contentEncoding: encoding, limit: LIMIT })).toBeNull();
      expect(readBody(body.subarray(0, 1), { contentEncoding: encoding, limit: LIMIT })).toBeNull();
    },
  );

  it.each(["gzip", "br", "deflate", "zstd"])("%s that is something else is not read", (encoding) => {
    expect(readBody(bytes, { contentEncoding: encoding, limit: LIMIT })).toBeNull();
    expect(
      readBody(Buffer.from([0xff, 0xff, 0xff, 0xff]), { contentEncoding: encoding, limit: LIMIT }),
    ).toBeNull();
  });

  it.each(["compress", "exi", "gzip, aes128gcm", "gzip,gzip,gzip,gzip"])(
    "%s, which nobody unpacks, is not read",
    (encoding) => {
      expect(readBody(gzipSync(bytes), { contentEncoding: encoding, limit: LIMIT })).toBeNull();
    },
  );

  it.each(["gzip", "br", "deflate"])("%s that is empty is empty", (encoding) => {
    expect(readBody(Buffer.alloc(0), { contentEncoding: encoding, limit: LIMIT })).toBe("");
  });
});

describe("a decompression bomb", () => {
  const large = Buffer.alloc(LIMIT + 1, 32);
  const pack: readonly [string, (body: Buffer) => Buffer][] = [
    ["gzip", (body) => gzipSync(body, { level: 1 })],
    ["deflate", (body) => deflateSync(body, { level: 1 })],
    ["deflate", (body) => deflateRawSync(body, { level: 1 })],
    ["br", (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ["zstd", zstdCompressSync],
  ];

  it.each(pack)("in %s is not read; what just fits is", (encoding, packed) => {
    expect(readBody(packed(large), { contentEncoding: encoding, limit: LIMIT })).toBeNull();
    expect(readBody(packed(large.subarray(1)), { contentEncoding: encoding, limit: LIMIT })).toHaveLength(
      LIMIT,
    );
  });

  it("in gzip of many members is not read", () => {
    const member = gzipSync(Buffer.alloc(65_536, 32));

    expect(
      readBody(Buffer.concat(Array.from({ length: 17 }, () => member)), {
        contentEncoding: "gzip",
        limit: LIMIT,
      }),
    ).toBeNull();
  });

  it("inside another one is not read", () => {
    const inner = gzipSync(Buffer.alloc(8 * LIMIT));

    expect(readBody(gzipSync(inner), { contentEncoding: "gzip, gzip", limit: LIMIT })).toBeNull();
  });
});
