/**
 * A delivery of an operation that this worker does not know, as a newer version has accepted it: it ends nothing, and
 * leaves the delivery to a worker that knows it.
 */
import { expect, it } from "vitest";
import { runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import { sendLeased } from "../../../src/pipeline/send-round.ts";
import { aState, confirming, NOW } from "../../support/builders.ts";
import { aDelivery, aPipeline, aRound, aSending } from "../../support/pipeline.ts";

const NEVER = new AbortController().signal;
const request = { operation: "note.recall" };

it("is not sent here, and waits uncounted", async () => {
  const { context, saved } = aPipeline({});

  await sendLeased(aSending(aDelivery(aState(), request)), {
    context,
    signals: { leaving: NEVER, signal: NEVER },
  });

  expect(saved).toMatchObject([{ status: "queued", sends: 0, knowledge: "notSent" }]);
  expect(saved[0]?.nextAt).toBeGreaterThan(NOW);
});

it("is not checked here, and nothing is learnt of it", async () => {
  const { context, saved } = aPipeline({});
  const delivery = aDelivery(confirming("accepted"), request);

  await runCheckRound(aRound([{ id: "d-1", version: 1, delivery, expiredLeases: 0 }]), {
    context,
    signal: NEVER,
  });

  expect(saved).toMatchObject([{ status: "confirming", knowledge: "accepted" }]);
  expect(saved[0]?.nextAt).toBeGreaterThan(NOW);
});

it("is not ended by its last check, though its deadline has passed", async () => {
  const { context, saved } = aPipeline({});
  const delivery = aDelivery(confirming("accepted", { sentAt: NOW - 3_600_000 }), {
    ...request,
    deadlineAt: NOW - 1_000,
  });

  await runCheckRound(aRound([{ id: "d-1", version: 1, delivery, expiredLeases: 0 }]), {
    context,
    signal: NEVER,
  });

  expect(saved).toMatchObject([{ status: "confirming", nextAt: NOW + 1_000 }]);
});
