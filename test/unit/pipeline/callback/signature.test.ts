import { Webhook as Receiver } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { webhookHeaders } from "../../../../src/pipeline/callback/signature.ts";

const secret = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;

describe("a callback's signature", () => {
  it("is what Standard Webhooks' own package verifies", () => {
    const body = JSON.stringify({ type: "delivery.confirmed", data: { id: "d1", note: "请假" } });

    const headers = webhookHeaders({ id: "d1_1", timestamp: Math.floor(Date.now() / 1_000), body }, [secret]);

    expect(new Receiver(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it("is refused by that package once the body was changed", () => {
    const headers = webhookHeaders({ id: "d1_1", timestamp: Math.floor(Date.now() / 1_000), body: "{}" }, [
      secret,
    ]);

    expect(() => new Receiver(secret).verify('{"a":1}', headers)).toThrow();
  });
});
