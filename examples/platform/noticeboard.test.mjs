/** The contract of `noticeboard.mjs`, with Node's own test runner: node --test examples/platform/ */
import { test } from "node:test";
import { channelCases } from "bida/testing";
import { notes } from "./noticeboard.mjs";

const payload = { ref: "leave-2026-17", to: "ann", text: "年假申请待审批" };
const contract = {
  channel: notes,
  settings: { platform: "noticeboard" },
  order: { operation: "note.create", payload },
  marker: payload.text,
  good: { send: { ok: true, id: 17 }, check: { notes: [{ id: 17, ...payload }] } },
};

for (const { name, run } of channelCases(contract)) void test(name, run);
