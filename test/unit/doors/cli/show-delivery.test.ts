import { expect, it } from "vitest";
import type { InspectedDelivery } from "../../../../src/doors/client/types.ts";
import { deliveryText } from "../../../../src/doors/cli/show-delivery.ts";

const DELIVERY: InspectedDelivery = {
  id: "d-1",
  account: "yzj",
  operation: "todo.create",
  status: "dead",
  reason: "rejected",
  detail: "the platform's own words",
  key: "now",
  lane: null,
  knowledge: "accepted",
  receipt: null,
  sends: 2,
  checks: 3,
  generation: 1,
  createdAt: "2026-03-01T00:30:00Z",
  notBefore: null,
  acceptedAt: null,
  nextAt: null,
  deadlineAt: "2026-03-02T00:30:00Z",
  finishedAt: null,
  discardedAt: null,
  restorableUntil: null,
  callback: { status: "dead", attempts: 3, url: "https://oa.example.com/", detail: "500" },
  trimmed: true,
  metadata: null,
  producer: null,
  requestId: null,
  trace: null,
  recipients: [{ id: "ann", status: "confirmed", evidence: null, at: null, receipt: null, detail: null }],
};

it("shows a delivery in the reader's language; codes and what others wrote stay", () => {
  const text = deliveryText(DELIVERY, { now: 0, language: "zh" });

  expect(text).toMatch(/^ID {10}d-1\n账号 {8}yzj\n/);
  expect(text).toContain(
    "状态        dead (rejected)\n详情        the platform's own words\n处理建议    平台不接受内容。请在业务系统中更正，或修改后重投。\n幂等键      now\n",
  );
  expect(text).toContain("回调        dead，尝试 3 次，https://oa.example.com/: 500\n");
  expect(text).toContain("已精简      内容和一部分时间线不再保留（policy.trimAfter）\n");
  expect(text).toContain("\n接收人\n  ID   状态       证据  时间  详情\n  ann  confirmed  -");
  expect(deliveryText(DELIVERY, { now: 0, language: "en" })).toContain("\nrecipients\n  ID   STATUS");
});
