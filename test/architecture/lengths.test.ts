/**
 * A function that is longer than a screen hides steps that have names.
 */
import { parseSync, Visitor } from "vite";
import { expect, it } from "vitest";
import { files, filesAround } from "./source-tree.ts";

const MOST_LINES = 68;

interface Declared {
  readonly start: number;
  readonly end: number;
}

it(`no function has more than ${MOST_LINES} lines`, () => {
  const workers = filesAround.filter(({ path }) => path.startsWith("workers/"));
  const tooLong = [...files, ...workers].flatMap(({ path, text }) =>
    functionsIn(path, text)
      .map(({ start, end }) => ({ start, lines: text.slice(start, end).split("\n").length }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ start, lines }) => `${path}:${text.slice(0, start).split("\n").length} has ${lines} lines`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(tooLong).toEqual([]);
});

function functionsIn(path: string, text: string): readonly Declared[] {
  // What is shorter as a whole has no longer function.
  if (text.split("\n").length <= MOST_LINES) return [];
  const found: Declared[] = [];
  const see = (declared: Declared): void => void found.push(declared);
  new Visitor({
    ArrowFunctionExpression: see,
    FunctionDeclaration: see,
    FunctionExpression: see,
  }).visit(parseSync(path, text).program);
  return found;
}
