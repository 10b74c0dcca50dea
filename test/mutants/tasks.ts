/**
 * Wrong channels of Hainan's tasks.
 */
import { mutantsOfAll } from "./common.ts";
import {
  at,
  concludesOfSend,
  evidence,
  isBelieved,
  isDescribed,
  NEVER_LEFT,
  provenInsteadOf,
  says,
  sees,
  seesAnswer,
  seesNumbers,
  seesStatus,
  takesUnknownFor,
  type Mutant,
} from "./mutant.ts";

const CREATE = /task\/create/;
const END = /task\/(finish|cancel)/;

let asked = 0;

export const taskMutants: readonly Mutant[] = [
  ...mutantsOfAll(CREATE),
  {
    name: "empty data is a refusal",
    make: sees(CREATE, (body) =>
      at(at(body, "content"), "data")["taskUuid"] === undefined
        ? { success: false, content: { success: false, responseCode: "EMPTY" } }
        : body,
    ),
  },
  {
    name: "empty data is proof, first or not",
    make: sees(CREATE, (body) => {
      const content = at(body, "content");
      if (content["success"] !== true || at(content, "data")["taskUuid"] !== undefined) return body;
      return { ...body, content: { ...content, data: { taskUuid: "t", packageUuid: "p" } } };
    }),
  },
  {
    name: "each question has a bizTaskId of its own",
    make: says(CREATE, (query) => ({
      ...query,
      bizTaskId: `${query["bizTaskId"] as string}-${(asked += 1)}`,
    })),
  },
  {
    name: "each assignee has a package of his own",
    make: says(CREATE, ({ packageUuid: _package, ...query }) => query),
  },
  {
    name: "the inner success does not count",
    make: sees(CREATE, (body) => ({ ...body, content: { ...at(body, "content"), success: true } })),
  },
  {
    name: "success is a boolean and nothing else",
    make: sees(CREATE, (body) => (body["success"] === "true" ? { ...body, success: "maybe" } : body)),
  },
  { name: "a lost answer of an end never left", make: takesUnknownFor(NEVER_LEFT) },
  { name: "429 is a refusal", make: seesStatus(CREATE, (status) => (status === 429 ? 400 : status)) },
  {
    name: "an end that does not exist is done",
    make: seesAnswer(END, (answer) => ({
      ...answer,
      status: 200,
      text: '{"success":true,"content":{"success":true,"data":null}}',
    })),
  },
  {
    name: "an end is done when it is sent",
    make: concludesOfSend((outcome, { operation }) =>
      operation === "task.create" ? outcome : { kind: "confirmed", evidence },
    ),
  },
  {
    name: "the first assignee is enough",
    make: (channel) => ({
      ...channel,
      operations: Object.fromEntries(
        Object.entries(channel.operations).map(([name, spec]) => [
          name,
          { ...spec, recipients: (input: unknown) => spec.recipients(input).slice(0, 1) },
        ]),
      ),
    }),
  },
  { name: "all assignees go in one call", make: isDescribed({ recipientsPerSend: 100 }) },
  {
    name: "a long subject is cut",
    make: says(CREATE, (query) => ({ ...query, subject: (query["subject"] as string).slice(0, 4) })),
  },
  { name: "every assignee is the first", make: says(CREATE, (query) => ({ ...query, assigneeId: "2001" })) },
  {
    name: "words of trouble beside nothing are nothing",
    make: sees(CREATE, (body) => {
      const content = { ...at(body, "content"), responseCode: "0", responseMessage: "OK" };
      return body["success"] === true ? { ...body, content } : body;
    }),
  },
  {
    name: "whose task it is does not matter",
    make: sees(CREATE, (body) => {
      const content = at(body, "content");
      const data = at(content, "data");
      if (data["taskUuid"] === undefined) return body;
      const { taskUuid, packageUuid, bizTaskId } = data;
      return { ...body, content: { ...content, data: { taskUuid, packageUuid, bizTaskId } } };
    }),
  },
  { name: "a question that is refused is proof", make: provenInsteadOf("refused") },
  { name: "a proxy that gave up refused it", make: isBelieved(CREATE, 408, 409, 423, 425, 499) },
  { name: "ids are JavaScript numbers", make: seesNumbers(CREATE) },
];
