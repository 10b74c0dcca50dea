/**
 * Functions take at most two positional parameters; more are fields of an object, which say their names where the
 * function is called. Two texts in a row are easily exchanged, and no type sees it. And a function that is longer than
 * a screen hides steps that have names.
 *
 * A function that is passed on, or implements a type of a package, has the parameters that are declared there: ours are
 * looked at where they are declared. There are no other exceptions.
 */
import { expect, it } from "vitest";
import { files, filesAround, functionsIn, lineOf } from "./source-tree.ts";

const MOST_PARAMETERS = 2;
const MOST_LINES = 60;

const around = (folders: RegExp) => filesAround.filter(({ path }) => folders.test(path));
const sources = [...files, ...around(/^workers\//)];
const allSources = [...sources, ...around(/^(?:examples|packaging|bench|console)\//)];

it("no function has more than two positional parameters", () => {
  const tooMany = allSources.flatMap(({ path, text }) =>
    functionsIn({ path, text })
      .filter(({ params, isPassedOn }) => params.length > MOST_PARAMETERS && !isPassedOn)
      .map(({ start, params }) => `${path}:${lineOf(start, text)} has ${params.length}: name them`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(tooMany).toEqual([]);
});

it(`no function has more than ${MOST_LINES} lines`, () => {
  const tooLong = sources.flatMap(({ path, text }) =>
    functionsIn({ path, text })
      .map(({ start, end }) => ({ start, lines: lineOf(end - start, text.slice(start)) }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ start, lines }) => `${path}:${lineOf(start, text)} has ${lines} lines`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(tooLong).toEqual([]);
});
