/**
 * What stands beside an order in its BullMQ job is removed exactly where BullMQ would not get past it.
 */
import { expect, it } from "vitest";
import { unreadable } from "../../../src/intake/repair-jobs.ts";

const nothing = {
  opts: null,
  progress: null,
  parent: null,
  parentKey: null,
  rjk: null,
  ats: null,
  atm: null,
  stc: null,
};

it.each([
  [{ opts: "{" }, ["opts"]],
  [{ opts: "null" }, ["opts"]],
  [{ opts: "[]" }, ["opts"]],
  [{ progress: "NaN" }, ["progress"]],
  [{ parent: "{" }, ["parent", "parentKey"]],
  [{ parent: "5" }, ["parent", "parentKey"]],
  [{ parent: '{"id":1,"queueKey":"bull:q"}' }, ["parent", "parentKey"]],
  [{ parentKey: "bull:q:1" }, ["parent", "parentKey"]],
  [{ parentKey: "bull:q:1", parent: "" }, ["parent", "parentKey"]],
  [{ rjk: "every-day" }, ["rjk"]],
  [{ rjk: "every-day", opts: '{"repeat":5}' }, ["rjk"]],
  [{ ats: "x", atm: "1e400", stc: "" }, ["ats", "atm", "stc"]],
])("removes what cannot be read: %j", (fields, names) => {
  expect(unreadable({ ...nothing, ...fields })).toEqual(names);
});

it.each([
  {},
  { opts: "", progress: "", parent: "" },
  { opts: '{"attempts":3,"removeOnComplete":true}', progress: "0", ats: "1", atm: "0", stc: "2" },
  { progress: '{"step":2}', parent: '{"id":"1","queueKey":"bull:q"}', parentKey: "bull:q:1" },
  { rjk: "every-day", opts: '{"repeat":{"pattern":"0 8 * * *"}}' },
])("leaves alone what BullMQ itself writes: %j", (fields) => {
  expect(unreadable({ ...nothing, ...fields })).toEqual([]);
});
