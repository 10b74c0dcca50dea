/**
 * What stands between Bida and any platform: proxies that lie, answers that nobody asked to be encoded,
 * connections that die idle, firewalls, refusals that repeat secrets. The same for every channel.
 */
import type { EndpointName } from "../../../src/sandbox/endpoint.ts";
import type { Order } from "./engine.ts";
import type { Scenario } from "./play.ts";
import { script } from "./todos.ts";

interface HostileOptions {
  readonly order: Order;
  readonly create: EndpointName;
  /** Where it is asked about; null where nothing but another create can ask. */
  readonly read: EndpointName | null;
  /** Asked with a token that was refused, because it changes nothing; null where there are no tokens. */
  readonly harmless: EndpointName | null;
}

const STATUSES = [301, 302, 307, 408, 409, 423, 425, 460, 499, 500, 502, 503, 504, 520];
const ENCODINGS = ["gzip", "deflate", "raw-deflate", "br"];
const A_YEAR_IN_SECONDS = 31_536_000;

export function hostileScenarios({ order, create, read, harmless }: HostileOptions): Scenario[] {
  // Where asking is creating again, the platform counts the question.
  const once = read === null ? {} : { calls: { [create]: 1 } };
  const whole = { orders: [order], ends: ["confirmed"] };
  // Schedules are looked for in the list of their day.
  const looks = read === null ? [] : [read === "schedule.detail" ? "schedule.queryByDay" : read];
  return [
    ...(harmless === null ? [] : deadTokens(order, create, harmless)),
    ...STATUSES.map((status) => ({
      ...whole,
      ...once,
      name: `a proxy that answers ${status} after the platform stored`,
      // The look right after it fails as well: a refusal would stand.
      faults: script(
        ["lying-proxy", create, { status }],
        ...looks.map((look) => ["error-before", look] as const),
      ),
    })),
    {
      ...whole,
      ...once,
      name: "a proxy that lies, and wants to be asked in a year",
      faults: script(["lying-proxy", create, { status: 503, retryAfterSeconds: A_YEAR_IN_SECONDS }]),
    },
    {
      ...whole,
      name: "a firewall that refuses once is no verdict",
      faults: script(["firewall", create]),
      calls: { [create]: read === null ? 3 : 2 },
    },
    {
      ...whole,
      name: "a firewall that refuses a fresh token as well is no verdict",
      faults: script(["firewall", create, { times: 2 }]),
    },
    {
      ...whole,
      name: "a throttle that wants to be asked in a year is asked much earlier",
      faults: script(["throttled", create, { retryAfterSeconds: A_YEAR_IN_SECONDS }]),
    },
    ...ENCODINGS.map((as) => ({
      ...whole,
      ...once,
      name: `answers in ${as} that nobody asked for`,
      faults: script(
        ["encoded", create, { as, times: -1 }],
        ...(read === null ? [] : [["encoded", read, { as, times: -1 }] as const]),
      ),
      ...(read === null ? { calls: { [create]: 1 } } : {}),
    })),
    ...[200, 400].map((status) => ({
      ...whole,
      name: `a refusal with ${status} that repeats the request tells no secret`,
      faults: script(["echo", create, { status, times: -1 }]),
      ends: ["rejected"],
    })),
    {
      ...whole,
      name: "an error page that repeats the request tells no secret",
      faults: script(["echo", create, { status: 500 }]),
      unseen: true,
    },
    ...(read === null
      ? []
      : [
          {
            ...whole,
            ...once,
            name: "a connection that is reset on reuse",
            faults: script(["reset-on-reuse", read, { after: true }]),
          },
          {
            ...whole,
            ...once,
            name: "reads that repeat the request tell no secret and prove nothing",
            faults: script(["echo", read, { times: 3 }]),
          },
        ]),
  ];
}

/** Somebody else takes the account's tokens back, as fast as they are fetched. No delivery is refused by that. */
function deadTokens(order: Order, create: EndpointName, harmless: EndpointName): Scenario[] {
  const whole = { orders: [order], ends: ["confirmed"] };
  return (["401", "200"] as const).flatMap((as): Scenario[] => [
    ...[2, 3, 7].map((times) => ({
      ...whole,
      name: `a token that dies ${times} times in a row (${as})`,
      faults: script(["token-expired", create, { as, times }]),
      calls: { [create]: times + 1 },
    })),
    {
      ...whole,
      name: `a token that dies under the harmless call as well (${as})`,
      sandbox: { tokenRefusal: as },
      faults: script(["token-expired", create, { times: 4 }], ["token-expired", harmless, { times: 5 }]),
    },
  ]);
}
