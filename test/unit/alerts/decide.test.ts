/**
 * Who is told what, and how often.
 */
import { describe, expect, it } from "vitest";
import { conditionsIn, type Condition, type AlertFigures } from "../../../src/alerts/condition.ts";
import { decideAlerts, isSilent, type AlertState } from "../../../src/alerts/decide.ts";
import { alertMessage, digestMessage, moreLines } from "../../../src/alerts/words.ts";
import type { FleetAccount } from "../../../src/telemetry/fleet.ts";
import { NO_REASONS } from "../../support/no-reasons.ts";

const PATIENCE = { repeatMs: 4 * 3_600_000, settleMs: 300_000 };
const dead = (count: number, code = "505"): Condition => ({
  key: `dead ${code}`,
  kind: "dead",
  account: "yzj",
  operation: "todo.create",
  reason: "rejected",
  code,
  count,
});

/** The story of some minutes: what was told at each. */
function story(steps: readonly (readonly [number, readonly Condition[]])[]): string[] {
  let state: AlertState = {};
  return steps.map(([minute, conditions]) => {
    const decided = decideAlerts(state, { conditions, now: minute * 60_000, patience: PATIENCE });
    // As it is stored between two looks.
    state = JSON.parse(JSON.stringify(decided.state)) as AlertState;
    const { begun, lasting, over } = decided.told;
    return isSilent(decided.told) ? "" : `+${begun.length} =${lasting.length} -${over.length}`;
  });
}

describe("a condition", () => {
  it("is reported once when it begins, and once when it is over", () => {
    expect(
      story([
        [0, [dead(3)]],
        [1, [dead(4)]],
        [2, []],
        [6, []],
        [7, []],
        [8, []],
      ]),
    ).toEqual(["+1 =0 -0", "", "", "", "+0 =0 -1", ""]);
  });

  it("that comes and goes is one condition", () => {
    expect(
      story([
        [0, [dead(3)]],
        [1, []],
        [2, [dead(3)]],
        [3, []],
        [4, [dead(3)]],
      ]),
    ).toEqual(["+1 =0 -0", "", "", "", ""]);
  });

  it("is reported again when it lasts for hours, or has grown tenfold", () => {
    expect(
      story([
        [0, [dead(3)]],
        [10, [dead(29)]],
        [11, [dead(30)]],
        [12, [dead(40)]],
        [252, [dead(40)]],
      ]),
    ).toEqual(["+1 =0 -0", "", "+0 =1 -0", "", "+0 =1 -0"]);
  });

  it("is reported by itself beside another one", () => {
    expect(
      story([
        [0, [dead(3)]],
        [1, [dead(3), dead(1, "506")]],
      ]),
    ).toEqual(["+1 =0 -0", "+1 =0 -0"]);
  });
});

const counts = {
  queued: 2,
  sending: 1,
  retrying: 0,
  confirming: 1,
  confirmed: 40,
  dead: 3,
  discarded: 0,
  cancelled: 0,
};
const yzj: FleetAccount = {
  account: "yzj",
  isConfigured: true,
  counts,
  reasons: { ...NO_REASONS, rejected: 3 },
  deadCallbacks: 2,
  failingCallbacks: 0,
  oldestAgeMs: 3_600_000,
  oldestDeadAgeMs: 60_000,
  breaker: "held",
  isPaused: false,
  tokens: [],
};
const group = {
  account: "yzj",
  operation: "todo.create",
  reason: "rejected",
  code: "505](http://evil) <@all>\n# x",
  count: 3,
} as const;
const reading: AlertFigures = {
  fleet: { accounts: [yzj], refusedOrders: 1, lostWrites: null, redisMemory: { used: 90, most: 100 } },
  groups: [group],
};
const thresholds = { oldestUnconfirmedMs: 1_800_000, deadLetters: 1, redisMemory: 0.8 };

describe("what was read", () => {
  it("gives each condition, worst first", () => {
    expect(conditionsIn(reading, thresholds).map(({ kind }) => kind)).toEqual([
      "dead",
      "oldest",
      "held",
      "callbacks",
      "redisMemory",
      "refusedOrders",
    ]);
  });

  it("tells of callbacks that fail long before they are given up", () => {
    const fleet = { ...reading.fleet, accounts: [{ ...yzj, deadCallbacks: 0, failingCallbacks: 4 }] };
    const failing = conditionsIn({ ...reading, fleet }, thresholds).find(
      ({ kind }) => kind === "failingCallbacks",
    );

    expect(failing).toMatchObject({ account: "yzj", count: 4 });
  });

  it("of a paused account raises no alert for its age; a Redis without a limit is never full", () => {
    const quiet: AlertFigures = {
      fleet: {
        accounts: [{ ...yzj, isPaused: true, breaker: "closed", deadCallbacks: 0 }],
        refusedOrders: 0,
        lostWrites: null,
        redisMemory: { used: 90, most: 0 },
      },
      groups: [],
    };

    expect(conditionsIn(quiet, thresholds)).toEqual([]);
  });
});

it.each([
  { key: "oldest yzj", kind: "oldest", account: "yzj", ageMs: 1_900_000 },
  { key: "breaker yzj", kind: "breaker", account: "yzj" },
  { key: "held yzj", kind: "held", account: "yzj" },
  { key: "redisMemory", kind: "redisMemory", ratio: 0.9 },
  { key: "callbacks yzj", kind: "callbacks", account: "yzj", count: 0 },
] satisfies readonly Condition[])(
  "$kind that lasts is told again after its time, and not at each look",
  (one) => {
    expect(
      story([
        [0, [one]],
        [1, [one]],
        [2, [one]],
        [240, [one]],
      ]),
    ).toEqual(["+1 =0 -0", "", "", "+0 =1 -0"]);
  },
);

describe("a message", () => {
  const speaking = { language: "zh", environment: "生产", console: "https://bida.corp/console/" } as const;
  const told = decideAlerts(
    {},
    { conditions: conditionsIn(reading, thresholds), now: 0, patience: PATIENCE },
  ).told;

  it("says in Chinese what is wrong, and links to where it is fixed", () => {
    const { title, lines } = alertMessage(told, speaking);

    expect(title).toBe("Bida 告警 6 项 · 生产");
    expect(lines[1]).toEqual({
      text: "【新】 yzj：最早的投递已等待 1 小时，仍未确认",
      url: "https://bida.corp/console/deliveries?account=yzj",
    });
    expect(lines[2]?.text).toBe("【新】 yzj：平台拒绝凭据，账号已挂起，不再发送");
  });

  it.each([
    [1_800_000, "30 分钟", "30 min"],
    [7_500_000, "2 小时 5 分钟", "2 h 5 min"],
    [86_400_000, "1 天", "1 d"],
    [273_600_000, "3 天 4 小时", "3 d 4 h"],
  ])("says how long %i ms are in units that a person reads", (ageMs, chinese, english) => {
    const begun = [{ key: "oldest", kind: "oldest", account: "yzj", ageMs } as const];
    const textIn = (language: "zh" | "en") =>
      alertMessage({ begun, lasting: [], over: [] }, { ...speaking, language }).lines[0]?.text;

    expect(textIn("zh")).toBe(`【新】 yzj：最早的投递已等待 ${chinese}，仍未确认`);
    expect(textIn("en")).toBe(`[new] yzj: a delivery has waited for ${english}`);
  });

  it("takes a platform's code as text: no link, no mention, no second line", () => {
    const [first] = alertMessage(told, speaking).lines;

    expect(first?.text).toMatch(/^【新】 yzj todo\.create：死信 3 条，平台拒绝，平台返回码 505[\w .:-]*$/);
    expect(first?.url).toMatch(
      /^https:\/\/bida\.corp\/console\/dead\?tab=letters&account=yzj&operation=todo\.create&reason=rejected&code=505/,
    );
  });

  it("of the day counts each account, and names the groups of dead letters", () => {
    const { title, lines } = digestMessage(reading, { ...speaking, language: "en" });

    expect(title).toBe("Bida daily digest · 生产");
    expect(lines[0]?.text).toBe("yzj: 40 confirmed, 4 waiting, 3 dead");
    expect(lines.at(-1)?.text).toBe("orders in Redis that were refused: 1");
  });

  it("with many entries says how many more there are", () => {
    const groups = Array.from({ length: 30 }, (_, i) => ({ ...group, code: String(i) }));
    const message = digestMessage({ ...reading, groups }, speaking);

    expect(message.lines).toHaveLength(12);
    expect(moreLines(message, 0).map(({ text }) => text)).toEqual(["还有 20 项，见控制台"]);
  });
});

describe("what is over", () => {
  const account = "yzj";
  const conditions: readonly Condition[] = [
    { key: "1", kind: "oldest", account, ageMs: 3_600_000 },
    { key: "2", kind: "breaker", account },
    { key: "3", kind: "held", account },
    { key: "4", kind: "callbacks", account, count: 2 },
    dead(3),
    { key: "6", kind: "refusedOrders", count: 2 },
    { key: "7", kind: "redisMemory", ratio: 0.9 },
  ];
  const overIn = (language: "zh" | "en"): string[] =>
    alertMessage(
      { begun: [], lasting: [], over: conditions },
      { language, environment: null, console: null },
    ).lines.map(({ text }) => text);

  it("is described as it is now, not as it was", () => {
    expect(overIn("zh")).toEqual([
      "【恢复】 yzj：不再有等待过久的投递",
      "【恢复】 yzj：平台已恢复应答，继续发送",
      "【恢复】 yzj：凭据已被接受，继续发送",
      "【恢复】 yzj：放弃的回调已有人处理",
      "【恢复】 yzj todo.create：死信已有人处理，平台拒绝，平台返回码 505",
      "【恢复】 被拒绝的订单已有人处理",
      "【恢复】 Redis 内存已回落",
    ]);
    for (const text of overIn("en")) expect(text).toMatch(/^\[over\] [ -~]+$/);
  });
});
