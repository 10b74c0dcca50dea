/**
 * Wrong channels of Yunzhijia's schedules.
 */
import { mutantsOfAll, mutantsOfYunzhijia } from "./common.ts";
import {
  concludesOfSend,
  evidence,
  goesTo,
  isBelieved,
  says,
  sees,
  seesAnswer,
  seesNumbers,
  seesRows,
  withAccount,
  type Mutant,
} from "./mutant.ts";
import { aSchedule } from "../contract/scenario/schedules.ts";

const WRITES = /newwork\/(create|modify|delete|finish|unfinish|repeatWork|batch)/;
const READS = /teamWorks|queryByDay|detail/;
const LISTS = /teamWorks|queryByDay/;

const { content, startDate, endDate, openid } = aSchedule().payload;
const EMPTY = JSON.stringify({ success: true, errorCode: 0, error: null, data: [] });

export const scheduleMutants: readonly Mutant[] = [
  ...mutantsOfAll(WRITES),
  ...mutantsOfYunzhijia(WRITES),
  { name: "the content is not compared", make: seesRows(LISTS, (row) => ({ ...row, content })) },
  { name: "the dates are not compared", make: seesRows(LISTS, (row) => ({ ...row, startDate, endDate })) },
  { name: "the creator is not compared", make: seesRows(LISTS, (row) => ({ ...row, openid })) },
  {
    name: "what is open is done",
    make: seesRows(READS, (row) => ({ ...row, workStatus: row["workStatus"] === 0 ? 1 : row["workStatus"] })),
  },
  { name: "what is there is deleted", make: seesRows(READS, (row) => ({ ...row, workStatus: 2 })) },
  {
    name: "nothing is ever deleted",
    make: seesRows(READS, (row) => ({ ...row, workStatus: row["workStatus"] === 2 ? 0 : row["workStatus"] })),
  },
  {
    name: "a modify is what it is meant to be",
    make: seesRows(READS, (row) => ({ ...row, content: "改期到下周" })),
  },
  {
    name: "a list that failed is empty",
    make: seesAnswer(LISTS, (answer) =>
      answer.status === 200 && answer.text.endsWith("}") ? answer : { ...answer, status: 200, text: EMPTY },
    ),
  },
  { name: "a list is always empty", make: sees(LISTS, (body) => ({ ...body, data: [] })) },
  {
    name: "the workId is forgotten",
    make: concludesOfSend((outcome) => {
      if (outcome.kind !== "accepted") return outcome;
      const { receipt: _receipt, ...rest } = outcome;
      return { ...rest, kind: "confirmed", evidence };
    }),
  },
  { name: "a refusal is accepted", make: sees(WRITES, (body) => ({ ...body, success: true, errorCode: 0 })) },
  { name: "a whole series is its first", make: goesTo(/batchModify/, "modify") },
  {
    name: "times are whole seconds",
    make: says(/newwork\/create/, (body) => ({
      ...body,
      startDate: Math.floor(Number(body["startDate"]) / 1_000) * 1_000,
    })),
  },
  {
    name: "the reminder is nobody's business",
    make: says(/newwork\/create/, ({ noticeTime: _notice, ...body }) => body),
  },
  {
    name: "an error beside a success is nothing",
    make: sees(READS, (body) => (body["success"] === true ? { ...body, error: null, errorCode: 0 } : body)),
  },
  {
    name: "an error beside a success of a change is nothing",
    make: sees(WRITES, (body) => (body["success"] === true ? { ...body, error: null, errorCode: 0 } : body)),
  },
  { name: "a proxy that gave up refused it", make: isBelieved(WRITES, 408, 409, 423, 425, 499) },
  { name: "ids are JavaScript numbers", make: seesNumbers(WRITES) },
  {
    name: "the first page is all",
    make: withAccount((account) => ({
      call: async (call, signal) => {
        const { lastId = "" } = (call.json ?? {}) as { lastId?: string };
        const isNext = /teamWorks/.test(call.path) && lastId !== "";
        if (!isNext) return account.call(call, signal);
        return { kind: "answered", status: 200, retryAfter: null, text: EMPTY };
      },
    })),
  },
];
