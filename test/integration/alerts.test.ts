/**
 * Robots of chat groups are told what is wrong, once, in the form that they document: from a dead letter in Redis
 * to the message, with receivers that check signature and form as the real ones do.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { startAlerts } from "../../src/app/alerts.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startSilentServer } from "../support/silent-server.ts";
import { startSystem, type System } from "../support/system.ts";
import { closing } from "../support/closing.ts";

interface Robots {
  readonly url: string;
  readonly messages: { readonly robot: string; readonly text: string }[];
  /** Answers as a robot does that takes no more. */
  isBusy: boolean;
  /** How far its clock is ahead of this machine's. */
  aheadMs: number;
}

const dingtalk = z.strictObject({
  msgtype: z.literal("markdown"),
  markdown: z.strictObject({ title: z.string(), text: z.string() }),
});
const wecom = z.strictObject({
  msgtype: z.literal("markdown"),
  markdown: z.strictObject({ content: z.string() }),
});
const feishu = z.strictObject({
  timestamp: z.string(),
  sign: z.string(),
  msg_type: z.literal("post"),
  content: z.strictObject({
    post: z.strictObject({
      zh_cn: z.strictObject({ title: z.string(), content: z.array(z.array(z.unknown())) }),
    }),
  }),
});
const SECRET = "SEC-of-the-robot";

interface Told {
  readonly robot: string;
  readonly url: URL;
  readonly body: unknown;
  readonly now: number;
}

/** What each robot says of a request: null if it takes it. */
function complaintOf({ robot, url, body, now }: Told): string | null {
  switch (robot) {
    case "wecom":
      return url.searchParams.get("key") === "k" && wecom.safeParse(body).success
        ? null
        : '{"errcode":93000,"errmsg":"invalid webhook url"}';
    case "dingtalk": {
      const timestamp = url.searchParams.get("timestamp") ?? "";
      const sign = createHmac("sha256", SECRET).update(`${timestamp}\n${SECRET}`).digest("base64");
      const isFresh = Math.abs(now - Number(timestamp)) < 3_600_000;
      const isRight = isFresh && url.searchParams.get("sign") === sign && dingtalk.safeParse(body).success;
      return isRight ? null : '{"errcode":310000,"errmsg":"sign not match"}';
    }
    default: {
      const parsed = feishu.safeParse(body);
      const timestamp = parsed.data?.timestamp ?? "";
      const sign = createHmac("sha256", `${timestamp}\n${SECRET}`).update("").digest("base64");
      const isFresh = Math.abs(now / 1_000 - Number(timestamp)) < 3_600;
      return isFresh && parsed.data?.sign === sign
        ? null
        : '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}';
    }
  }
}

const dateOf = ({ aheadMs }: Robots): string => new Date(Date.now() + aheadMs).toUTCString();

async function startRobots(): Promise<Robots> {
  const robots: Robots = { url: "", messages: [], isBusy: false, aheadMs: 0 };
  const answer = async (incoming: IncomingMessage): Promise<string> => {
    const url = new URL(incoming.url ?? "/", "http://robots");
    const robot = url.pathname.slice(1);
    let text = "";
    for await (const chunk of incoming) text += String(chunk);
    if (robots.isBusy) return '{"errcode":45009,"errmsg":"api freq out of limit","code":9499}';
    const complaint = complaintOf({
      robot,
      url,
      body: JSON.parse(text),
      now: Date.now() + robots.aheadMs,
    });
    robots.messages.push({ robot, text: complaint ?? text });
    return complaint ?? '{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}';
  };
  const server = createServer((incoming, response) => {
    void answer(incoming).then(
      (text) =>
        response.writeHead(200, { "content-type": "application/json", date: dateOf(robots) }).end(text),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => void server.close());
  return Object.assign(robots, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

const alertsFor = (url: string): string => `alerts:
  console: https://bida.corp.example/console/
  every: 1s
  settle: 0s
  to:
    - { kind: wecom, url: "${url}/wecom?key=k" }
    - { kind: dingtalk, url: "${url}/dingtalk?access_token=t", secret: ${SECRET} }
    - { kind: feishu, url: "${url}/feishu", secret: ${SECRET} }
`;

/** A system whose alerts go to these robots. */
async function systemAlerting(url: string): Promise<System> {
  const system = await startSystem({ root: alertsFor(url), account: "todo: { mode: sync }" });
  closing.push(() => system.close());
  return system;
}

async function makeDeadLetter(system: System): Promise<void> {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
  await system.ended(await system.enqueue(aTodo({}, ["no-such-person"])));
}

async function withDeadLetter(url: string): Promise<System> {
  const system = await systemAlerting(url);
  await makeDeadLetter(system);
  return system;
}

/** One more worker that looks for alerts, and what it emits. */
function watched({ config }: System, events: BidaEvent[] = []): BidaEvent[] {
  const watch = startAlerts({ config, emit: (event) => void events.push(event) });
  closing.push(async () => watch?.stop());
  return events;
}

describe("a dead letter", () => {
  it("is reported to each robot once, by whichever worker looks, with a link to its group", async () => {
    const robots = await startRobots();
    const system = await systemAlerting(robots.url);
    const events = watched(system);
    watched(system, events);
    await makeDeadLetter(system);

    const first = await eventually(
      () => robots.messages.map(({ robot }) => robot).toSorted(),
      (names) => names.length >= 3,
    );
    expect(first).toEqual(["dingtalk", "feishu", "wecom"]);
    for (const { text } of robots.messages) {
      expect(text).toContain("死信 1 条");
      expect(text).toContain(
        "https://bida.corp.example/console/dead?tab=letters&account=yzj&operation=todo.create",
      );
      expect(text).not.toContain("no-such-person");
    }
    const told = await eventually(
      () => events.flatMap((event) => (event.event === "alert.sent" ? [event.failed] : [])),
      (outcomes) => outcomes.length >= 3,
    );
    expect(told).toEqual([null, null, null]);
    expect(JSON.stringify(events)).not.toMatch(/access_token|key=k|SEC-of/);
  });

  it("that a robot did not accept is reported again", async () => {
    const robots = await startRobots();
    robots.isBusy = true;
    const system = await withDeadLetter(robots.url);
    const events = watched(system);
    const failures = await eventually(
      () =>
        events.flatMap((event) =>
          event.event === "alert.sent" && event.failed !== null ? [event.failed] : [],
        ),
      (failed) => failed.length >= 3,
    );
    robots.isBusy = false;
    await eventually(
      () => robots.messages.length,
      (count) => count >= 3,
    );

    expect(failures).toContain("45009: api freq out of limit");
    expect(new Set(robots.messages.map(({ robot }) => robot)).size).toBe(3);
  });

  it("reaches robots that check the time of a signature, also where this machine's clock is wrong", async () => {
    const robots = await startRobots();
    robots.aheadMs = 2 * 3_600_000;
    const system = await withDeadLetter(robots.url);
    const events = watched(system);

    const taken = await eventually(
      () =>
        events.flatMap((event) =>
          event.event === "alert.sent" && event.failed === null ? [event.receiver] : [],
        ),
      (receivers) => receivers.length >= 3,
    );
    expect(taken.toSorted()).toEqual(["dingtalk 2", "feishu 3", "wecom 1"]);
    // The two that sign refused the first, which went by this machine's clock.
    expect(robots.messages.filter(({ text }) => /sign (?:not match|match fail)/.test(text))).toHaveLength(2);
  });

  it("is given up in time where a proxy takes the connection and never answers", async () => {
    const proxy = await startSilentServer();
    closing.push(() => proxy.stop());
    vi.stubEnv("https_proxy", proxy.url.replace("redis:", "http:"));
    const system = await withDeadLetter("http://127.0.0.1:9");
    const events: BidaEvent[] = [];
    const alerts = system.config.alerts && {
      ...system.config.alerts,
      to: system.config.alerts.to.map((robot) => ({ ...robot, url: "https://robots.example/robot?key=k" })),
    };
    const watch = startAlerts({
      config: { ...system.config, alerts },
      emit: (event) => void events.push(event),
      answerWithinMs: 200,
    });
    vi.unstubAllEnvs();

    const failures = await eventually(
      () => events.flatMap((event) => (event.event === "alert.sent" ? [event.failed] : [])),
      (failed) => failed.length >= 3,
      20_000,
    );
    // Nor does it keep the process from ending.
    await watch?.stop();

    expect(proxy.connections()).toBeGreaterThan(0);
    expect(failures.slice(0, 3)).toEqual(["no answer", "no answer", "no answer"]);
  });
});
