/**
 * Functions take at most three positional parameters; more are fields of an object, which say their names where the
 * function is called. Two texts in a row are easily exchanged, and no type sees it.
 *
 * A function that is written where it is passed on has the parameters that its caller declares: those are looked at
 * where they are declared. There are no other exceptions.
 */
import { parseSync, Visitor } from "vite";
import { expect, it } from "vitest";
import { files } from "./source-tree.ts";

const MOST = 3;

interface Declared {
  readonly start: number;
  readonly params: readonly unknown[];
}

it("no function has more than three positional parameters", () => {
  const tooMany = files.flatMap(({ path, text }) =>
    functionsIn(path, text)
      .filter(({ params }) => params.length > MOST)
      .map(({ start, params }) => `${path}:${lineOf(start, text)} has ${params.length}: name them`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(tooMany).toEqual([]);
});

function functionsIn(path: string, text: string): readonly Declared[] {
  const found: Declared[] = [];
  const passedOn = new Set<unknown>();
  const see = (declared: Declared): void => void (passedOn.has(declared) || found.push(declared));
  const pass = ({ arguments: given }: { readonly arguments: readonly unknown[] }): void => {
    for (const one of given) passedOn.add(one);
  };
  new Visitor({
    CallExpression: pass,
    NewExpression: pass,
    ArrowFunctionExpression: see,
    FunctionDeclaration: see,
    FunctionExpression: see,
    TSFunctionType: see,
    TSMethodSignature: see,
  }).visit(parseSync(path, text).program);
  return found;
}

function lineOf(offset: number, text: string): number {
  return text.slice(0, offset).split("\n").length;
}
