/** Whoever reads Chinese reads why a delivery is as it is in Chinese; the platform's words stay as they are. */
import { expect, it } from "vitest";
import { translateDetails, translateDelivery } from "../../../src/doors/http/translate-delivery.ts";

const CHINESE = { "accept-language": "zh-CN" };
const DELIVERY = {
  id: "d-1",
  detail: "refused (40001: bad url): ann",
  recipients: [
    { id: "ann", detail: "40001: bad url" },
    { id: "bob", detail: null },
  ],
  timeline: [
    { event: "sent", outcome: "rejected", detail: "40001: bad url" },
    { event: "dead", detail: "refused (40001: bad url): ann" },
    { event: "enqueued" },
  ],
};

it("a reason is in Chinese in the delivery and in its timeline", () => {
  expect(translateDelivery(DELIVERY, CHINESE)).toEqual({
    ...DELIVERY,
    detail: "被拒绝（40001: bad url）：ann",
    timeline: [
      DELIVERY.timeline[0],
      { event: "dead", detail: "被拒绝（40001: bad url）：ann" },
      { event: "enqueued" },
    ],
  });
});

it("a reason is in Chinese for each delivery of a list", () => {
  const items = [DELIVERY, { ...DELIVERY, detail: null }];

  const said = translateDetails(items, CHINESE);

  expect(said.map(({ detail }) => detail)).toEqual(["被拒绝（40001: bad url）：ann", null]);
});

it("a reason stays English for everybody else", () => {
  expect(translateDelivery(DELIVERY, { "accept-language": "*" })).toBe(DELIVERY);
  expect(translateDetails([DELIVERY], {})[0]).toBe(DELIVERY);
});
