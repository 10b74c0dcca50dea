/**
 * A complete platform of your own: an office noticeboard with two calls.
 *
 *   POST /notes            {"ref", "to", "text"}   → {"ok": true, "id": 17} or {"ok": false, "error": "…"}
 *   GET  /notes?ref=…      → {"notes": [{"id": 17, "ref": "…", "to": "…", "text": "…"}]}
 *
 * The board stores `ref`, and shows a note to everybody who asks for it, so a delivery can be proven. Name this
 * module and an account of the platform in the configuration:
 *
 *   platforms: [./noticeboard.mjs]
 *   accounts:
 *     board: { platform: noticeboard, baseUrl: "https://board.corp.example", apiKey: "${env:BOARD_KEY}" }
 */
import {
  classifyTransport,
  definePlatform,
  digestOf,
  EVERYBODY,
  parseBody,
  PlatformWire,
  probeRefusal,
  retryAfterOf,
  z,
} from "bida/channel";

const note = z.looseObject({
  /** Identifies the note: two notes with one ref are one note. */
  ref: z.string().min(1).max(64),
  to: z.string().min(1),
  text: z.string().min(1),
});

/** @type {import("bida/channel").Channel} */
const notes = {
  name: "noticeboard",
  operations: {
    "note.create": {
      about: {
        summary: "Puts a note on the board.",
        source: "examples/platform/noticeboard.mjs",
        fields: {
          ref: "Identifies the note: two notes with one ref are one note.",
          to: "Whom it is for.",
          text: "What it says.",
        },
        example: { ref: "n-1", to: "everybody", text: "The canteen is closed today." },
      },
      input: note,
      entity: ({ ref }) => ref,
      recipients: () => [EVERYBODY],
      recipientsPerSend: 1,
    },
  },

  async send({ input, deliveryId, now }, { account, signal }) {
    const answer = await account.call({ method: "POST", path: "/notes", json: input }, signal);
    // What did not leave, what may have arrived, and what its status alone refuses.
    const transport = classifyTransport(answer, now);
    if (transport !== null) return transport;
    const body = parseBody(answer.text);
    if (body?.ok === true && isId(body.id))
      return (await account.claim(nameOf(body), deliveryId))
        ? { kind: "accepted", receipt: { noteId: String(body.id) } }
        : { kind: "rejected", code: "ref", text: ANOTHERS };
    if (body?.ok === false && typeof body.error === "string")
      return { kind: "rejected", code: "board", text: body.error };
    return { kind: "unknown", cause: "unreadable", detail: "the board's answer is not understood" };
  },

  async check(batch, { account, signal }) {
    return Promise.all(batch.map((request) => checkNote(request, { account, signal })));
  },

  async tryCredentials(account, { now, signal }) {
    const answer = await account.call(
      { method: "GET", path: "/notes", query: { ref: "bida-credentials" } },
      signal,
    );
    const transport = classifyTransport(answer, now);
    if (transport === null) return "taken";
    return transport.kind === "unauthorized" ? "refused" : "untold";
  },
};

/** Two notes with one ref are one note, so it proves one delivery only. */
const nameOf = ({ id }) => `note:${id}`;
const ANOTHERS = "the note with this ref belongs to another delivery";

async function checkNote({ input, deliveryId, now }, { account, signal }) {
  const about = (kind, more = {}) => ({ kind, recipient: EVERYBODY, ...more });
  const permit = await account.permitCheck(input.ref, signal);
  if (permit.kind === "denied") return { recipients: [], calls: 0, retryAfterMs: permit.retryAfterMs };
  const { leaveBy } = permit;
  const question = { method: "GET", path: "/notes", query: { ref: input.ref }, leaveBy };
  const answer = await account.call(question, signal);
  const transport = classifyTransport(answer, now);
  const outcome = (recipient) => ({
    recipients: [recipient],
    calls: 1,
    retryAfterMs: retryAfterOf(transport),
  });
  if (transport !== null) return outcome(about("inconclusive", { detail: "the board could not be asked" }));
  const found = parseBody(answer.text)?.notes;
  // Only a list proves an absence.
  if (!Array.isArray(found))
    return outcome(about("inconclusive", { detail: "the board's answer is not understood" }));
  const shown = found.find((one) => one?.ref === input.ref);
  if (shown === undefined) return outcome(about("absent"));
  if (shown.to !== input.to || shown.text !== input.text)
    return outcome(about("inconclusive", { detail: "the board has another note with this ref" }));
  if (!(await account.claim(nameOf(shown), deliveryId)))
    return outcome(about("contradicted", { detail: ANOTHERS }));
  return outcome(about("proven", { evidence: { kind: "list", at: now, digest: digestOf(answer.text) } }));
}

function isId(value) {
  return typeof value === "string" || Number.isSafeInteger(value);
}

export default definePlatform({
  name: "noticeboard",
  fields: { baseUrl: z.url(), apiKey: z.string().min(1) },
  secretFields: ["apiKey"],
  rates: { note: 10, check: 10 },
  channels: [notes],
  wire: ({ baseUrl, apiKey }, { connections, way }) =>
    new PlatformWire(baseUrl, { connections, headers: { authorization: `Bearer ${apiKey}` }, ...way }),
  probe: async (_account, { wire, now, signal }) => {
    const answer = await wire.call(
      { method: "GET", path: "/notes", query: { ref: "bida-credentials" } },
      signal,
    );
    return [{ fields: "apiKey", refusal: probeRefusal(answer, now()) }];
  },
});

export { notes };
