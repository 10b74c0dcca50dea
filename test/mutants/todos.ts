/**
 * Wrong channels of Yunzhijia's todos.
 */
import { mutantsOfAll, mutantsOfYunzhijia } from "./common.ts";
import {
  asks,
  at,
  concludesOfRound,
  concludesOfSend,
  insteadOf,
  isARefusal,
  NEVER_LEFT,
  provenInsteadOf,
  REFUSED,
  says,
  sees,
  seesStatus,
  withAccount,
  type Mutant,
} from "./mutant.ts";

const CHECK = /checkcreatetodo/;
const SEND = /generatetodo|action/;
const CREATE = /generatetodo/;
const ACTION = /action/;

type Json = Record<string, unknown>;
const ABSENT = { check: true, dealCount: 0, undelCount: 0 };

/** What the check says of the todo, seen otherwise. */
const seesData = (change: (data: Json) => Json): Mutant["make"] =>
  sees(CHECK, (body) => ({ ...body, data: change(at(body, "data")) }));

const withoutErrorText = ({ errormsg: _text, ...data }: Json): Json => data;

/** Only while it checks an operation of this kind. */
function whenChecking(isMeant: (input: Json) => boolean, make: Mutant["make"]): Mutant["make"] {
  return (channel) => ({
    ...channel,
    check: async (batch, { account, signal }) => {
      const meant = batch.every(({ input }) => isMeant(input as Json));
      return (meant ? make(channel) : channel).check(batch, { account, signal });
    },
  });
}

const isCreate = (input: Json): boolean => "sourceId" in input;
const does =
  (change: string) =>
  (input: Json): boolean =>
    at(input, "actiontype")[change] === 1;

export const todoMutants: readonly Mutant[] = [
  ...mutantsOfAll(SEND),
  ...mutantsOfYunzhijia(SEND),
  { name: "over the limit means absent", make: seesData((data) => ("errormsg" in data ? ABSENT : data)) },
  { name: "over the limit, the counts still count", make: seesData(withoutErrorText) },
  {
    name: "over the limit, check:true is existence",
    make: seesData((data) =>
      "errormsg" in data && data["check"] === true ? { check: true, dealCount: 0, undelCount: 1 } : data,
    ),
  },
  {
    name: "an error text at the top is nothing beside zeros",
    make: sees(CHECK, (body) => ({ ...body, error: "" })),
  },
  { name: "a code is nothing beside zeros", make: sees(CHECK, (body) => ({ ...body, errorCode: 0 })) },
  {
    name: "missing counts are zeros",
    make: seesData((data) => ({ dealCount: 0, undelCount: 0, ...withoutErrorText(data) })),
  },
  {
    name: "check:false is never understood",
    make: seesData((data) => (data["check"] === false ? { check: false } : data)),
  },
  {
    name: "check:true is existence",
    make: seesData((data) =>
      data["check"] === true && data["dealCount"] === 0 ? { ...data, undelCount: 1 } : data,
    ),
  },
  {
    name: "404 is rejected",
    make: sees(SEND, (body) => (body["errorCode"] === 404 ? { ...body, errorCode: 505 } : body)),
  },
  {
    name: "a refusal is accepted",
    make: sees(SEND, (body) => ({ ...body, success: "true", errorCode: 200 })),
  },
  {
    name: "code 0 is success",
    make: sees(SEND, (body) => (body["errorCode"] === 0 ? { ...body, success: "true" } : body)),
  },
  {
    name: "success is a text and nothing else",
    make: sees(SEND, (body) => (body["success"] === true ? { ...body, success: "maybe" } : body)),
  },
  {
    name: "not yet done proves done",
    make: whenChecking(
      does("deal"),
      seesData((data) => (data["undelCount"] === 1 ? { ...data, dealCount: 1 } : data)),
    ),
  },
  {
    name: "still there proves deleted",
    make: whenChecking(
      does("delete"),
      seesData((data) => ({ ...data, ...ABSENT })),
    ),
  },
  {
    name: "deleted is never proven",
    make: whenChecking(
      does("delete"),
      seesData((data) => ({ ...data, undelCount: 1 })),
    ),
  },
  {
    name: "handled by somebody means never created",
    make: whenChecking(
      isCreate,
      seesData((data) => (data["dealCount"] === 1 ? { ...data, ...ABSENT } : data)),
    ),
  },
  {
    name: "no limit of checks",
    make: withAccount(() => ({ permitCheck: async () => ({ kind: "granted" }) })),
  },
  {
    name: "whoever is refused is taken",
    make: concludesOfSend((outcome) => ("refused" in outcome ? { ...outcome, refused: [] } : outcome)),
  },
  {
    name: "a send again goes to everybody",
    make: asks((request) => ({ ...request, targets: request.recipients.map(({ id }) => id) })),
  },
  {
    name: "what is shown for one is so for all",
    make: concludesOfRound((outcome, everybody) => {
      const [first] = outcome.recipients;
      if (first?.kind !== "proven") return outcome;
      return { ...outcome, recipients: everybody.map((recipient) => ({ ...first, recipient })) };
    }),
  },
  {
    name: "busy is a refusal",
    make: concludesOfSend((outcome) => (outcome.kind === "busy" ? REFUSED : outcome)),
  },
  {
    name: "busy is accepted",
    make: concludesOfSend((outcome) => (outcome.kind === "busy" ? { kind: "accepted" } : outcome)),
  },
  { name: "429 is a refusal", make: seesStatus(SEND, (status) => (status === 429 ? 400 : status)) },
  {
    name: "503 never left",
    make: concludesOfSend((outcome) => (JSON.stringify(outcome).includes("503") ? NEVER_LEFT : outcome)),
  },
  { name: "the content is nobody's business", make: says(CREATE, ({ content: _content, ...body }) => body) },
  {
    name: "every recipient has the same content",
    make: says(CREATE, (body) => ({
      ...body,
      params: (body["params"] as Json[]).map(({ openId, status }) => ({ openId, status })),
    })),
  },
  { name: "an update is for everybody", make: says(ACTION, ({ openids: _openids, ...body }) => body) },
  {
    name: "an update for everybody is for nobody",
    make: says(ACTION, (body) => ({ openids: ["nobody"], ...body })),
  },
  {
    name: "a message beside zeros is nothing",
    make: seesData(({ msg: _message, ...data }) => data),
  },
  {
    name: "an answer about another todo is about this one",
    make: seesData(({ sourceid: _other, ...data }) => data),
  },
  {
    name: "an empty list is zeros",
    make: sees(CHECK, (body) => (Array.isArray(body["data"]) ? { ...body, data: ABSENT } : body)),
  },
  {
    name: "done and not done is done",
    make: seesData((data) =>
      data["dealCount"] === 1 && data["undelCount"] === 1 ? { ...data, undelCount: 0 } : data,
    ),
  },
  {
    name: "no data is zeros",
    make: sees(CHECK, (body) => (body["data"] === null ? { ...body, data: ABSENT } : body)),
  },
  {
    name: "in sync mode any success is the verdict",
    make: (channel) => ({
      ...channel,
      send: async (request, { account, signal }) => {
        const isSync = account.settings["todoMode"] === "sync";
        const believed = sees(SEND, (body) =>
          body["success"] === "true" ? { ...body, errorCode: 200 } : body,
        );
        return (isSync ? believed(channel) : channel).send(request, { account, signal });
      },
    }),
  },
  {
    name: "an error beside a success is nothing",
    make: sees(SEND, (body) => (body["success"] === "true" ? { ...body, error: "" } : body)),
  },
  { name: "a claim is for ever", make: withAccount(() => ({ release: async () => undefined })) },
  { name: "what nobody can see is done", make: provenInsteadOf("repeatable") },
  { name: "what nobody can see is given up", make: insteadOf("repeatable", "unobservable") },
  { name: "what may undo a person's act is repeated", make: insteadOf("unobservable", "repeatable") },
  { name: "not there yet is done", make: provenInsteadOf("pending") },
  { name: "given up under way is a refusal", make: isARefusal(SEND, 408, 499) },
  { name: "a conflict is a refusal", make: isARefusal(SEND, 409, 423, 425) },
  {
    name: "a status without a meaning is a refusal",
    make: isARefusal(SEND, 520),
  },
  {
    name: "a bad gateway never left",
    make: concludesOfSend((outcome) => (/HTTP 50[24]/.test(JSON.stringify(outcome)) ? NEVER_LEFT : outcome)),
  },
];
