/** What the sandbox takes: samples to send, and how it can misbehave. */
import type { AnyOrder, Payloads } from "../../../src/doors/client/types.ts";

export const SAMPLES = ["todo", "schedule"] as const;
export type Sample = (typeof SAMPLES)[number];

export const SAMPLE_FAULTS = [
  { fault: "unavailable", forMs: 30_000 },
  { fault: "throttled", times: 3 },
  { fault: "error-after" },
  { fault: "cut-after" },
  { fault: "not-stored" },
  { fault: "late" },
  { fault: "parameter-error" },
  { fault: "token-expired" },
] as const;

const ANN = "5a9090be44963150c2c059e6";
const HOUR_MS = 3_600_000;

export function sampleOrder(sample: Sample, now = Date.now()): AnyOrder<Payloads> {
  const key = `sample-${now.toString(36)}`;
  if (sample === "schedule") {
    const startDate = now + HOUR_MS;
    const payload = {
      openid: ANN,
      content: `周会 ${key}`,
      noticeTime: 15 as const,
      startDate,
      endDate: startDate + HOUR_MS,
    };
    return { account: "yzj", operation: "schedule.create", key, payload };
  }
  return {
    account: "yzj",
    operation: "todo.create",
    key,
    payload: {
      appId: "500041933",
      sourceId: key,
      title: "请假审批",
      content: key,
      headImg: "https://oa.example.com/icon.png",
      url: `https://oa.example.com/${key}`,
      params: [{ openId: ANN }],
    },
  };
}
