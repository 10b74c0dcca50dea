/**
 * What stands beside a success may be long: a fixed-width field of a database is filled up with spaces.
 */
import { expect, it } from "vitest";
import {
  isDoubtfulSuccess,
  oddCode,
  saysError,
  saysOtherwise,
} from "../../../src/platforms/beside-success.ts";

const SPACES = " ".repeat(100_000);

it("a long run of spaces in an error text does not hold up the process", () => {
  expect(saysError({ error: `${SPACES}x` })).toBe(true);
  expect(saysError({ error: `ok${SPACES}x` })).toBe(true);
  expect(saysError({ error: `${SPACES}ok${SPACES}` })).toBe(false);
  expect(saysOtherwise(null, `${SPACES}ok${SPACES}x`)).toBe(false);
  expect(oddCode(`0${SPACES}x`)).not.toBeNull();
  expect(isDoubtfulSuccess({ errorCode: `${SPACES}x` })).toBe(true);
});

it.each(["", "  ", " null ", "ok", " success. ", "操作成功!", "操作成功 !", "---", "0", "无错误"])(
  "the error text %j means none",
  (error) => {
    expect(saysError({ error })).toBe(false);
  },
);
