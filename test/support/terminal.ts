import type { PassThrough } from "node:stream";

/** A stream in place of a terminal: what the command line uses of one is what every stream has, and `isTTY`. */
export function aTerminal(stream: PassThrough): NodeJS.WriteStream {
  return stream as unknown as NodeJS.WriteStream;
}

export function aKeyboard(stream: PassThrough): NodeJS.ReadStream {
  return stream as unknown as NodeJS.ReadStream;
}
