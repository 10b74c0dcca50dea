/** A delivery leads to its trace only where somebody finds one there. */
import { expect, it } from "vitest";
import { traceLinks } from "../../../src/app/trace-links.ts";
import { aState } from "../../support/builders.ts";
import { aDelivery } from "../../support/pipeline.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const traced = (flags: "00" | "01") =>
  aDelivery(aState(), { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-${flags}` }).request;
const console = { traceUrl: "https://jaeger.example/trace/{traceId}?tab=1" };
const telemetry = { traces: { ratio: 1 } };

it("fills the id into the URL of the configuration", () => {
  const url = `https://jaeger.example/trace/${TRACE_ID}?tab=1`;

  expect(traceLinks({ console, telemetry })(traced("01"))).toEqual({ id: TRACE_ID, url });
  expect(traceLinks({ console: {}, telemetry })(traced("01"))).toEqual({ id: TRACE_ID, url: null });
});

it("leads to the delivery's own trace where its producer has none", () => {
  const untraced = aDelivery(aState(), { traceparent: null }).request;

  expect(traceLinks({ console, telemetry })(untraced)?.id).toMatch(/^[0-9a-f]{32}$/);
});

it("leads nowhere where traces are off, or this one is not kept", () => {
  expect(traceLinks({ console, telemetry: {} })(traced("01"))).toBeNull();
  expect(traceLinks({ console, telemetry })(traced("00"))).toBeNull();
});
