import type { JSX } from "preact";
import { writeExact } from "../data/exact-json.ts";
import { Text } from "./text.tsx";

const LONG = 20_000;

export function Json({ value }: { value: unknown }): JSX.Element {
  return (
    <pre tabIndex={0}>
      <code>
        <Text value={value === undefined ? null : writeExact(value)} long={LONG} />
      </code>
    </pre>
  );
}
