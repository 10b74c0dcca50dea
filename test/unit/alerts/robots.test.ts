/**
 * What robots are sent, by their documents: forms, signatures, limits, and what counts as taken.
 */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { refusalIn, robotRequest, type Receiver } from "../../../src/alerts/robots.ts";
import type { AlertMessage } from "../../../src/alerts/words.ts";

const NOW = 1_795_684_275_123;
const message: AlertMessage = {
  title: "Bida 告警 1 项 · 生产",
  lines: [
    {
      text: "【新】 yzj todo.create：死信 3 条，平台拒绝，平台返回码 505",
      url: "https://bida.corp/console/dead?account=yzj",
    },
    { text: "hn：平台没有应答", url: null },
  ],
  rest: { count: 0, language: "zh", url: "https://bida.corp/console/" },
};
/** More than any robot takes. */
const long: AlertMessage = {
  ...message,
  lines: Array.from({ length: 400 }, (_, i) => ({
    text: `第 ${i} 条死信`,
    url: `https://bida.corp/console/dead?code=${i}`,
  })),
};
const bodyFor = (receiver: Receiver): Record<string, unknown> =>
  JSON.parse(robotRequest(receiver, { message, now: NOW, id: "a1" }).body) as Record<string, unknown>;

describe("企业微信", () => {
  const receiver: Receiver = { kind: "wecom", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k" };

  it("takes markdown, with the link in the entry", () => {
    expect(bodyFor(receiver)).toEqual({
      msgtype: "markdown",
      markdown: {
        content: expect.stringContaining(
          "死信 3 条，平台拒绝，平台返回码 505](https://bida.corp/console/dead?account=yzj)",
        ),
      },
    });
  });

  it("is never sent more than 4096 bytes, nor a part of an entry: the last one says how many are missing", () => {
    const { body } = robotRequest(receiver, { message: long, now: NOW, id: "a1" });
    const { markdown } = JSON.parse(body) as { markdown: { content: string } };
    const shown = markdown.content.match(/条死信\]/g)?.length ?? 0;

    expect(Buffer.byteLength(markdown.content)).toBeLessThanOrEqual(4_096);
    expect(shown).toBeGreaterThan(40);
    expect(markdown.content.trimEnd().split("\n").at(-1)).toBe(
      `> [还有 ${400 - shown} 项，见控制台](https://bida.corp/console/)`,
    );
  });
});

it.each(["dingtalk", "feishu"] as const)("%s is never sent more than 20,000 bytes", (kind) => {
  const { body } = robotRequest({ kind, url: "https://x" }, { message: long, now: NOW, id: "a1" });

  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
  expect(body).toMatch(/还有 \d+ 项，见控制台/);
});

it("a webhook of one's own gets title and entries, and nothing that is meant for robots", () => {
  const rest = { count: 3, language: "zh", url: null } as const;
  const { body } = robotRequest(
    { kind: "webhook", url: "https://x" },
    { message: { ...message, rest }, now: NOW, id: "a1" },
  );

  expect(JSON.parse(body)).toEqual({
    type: "bida.alert",
    title: message.title,
    lines: [...message.lines, { text: "还有 3 项，见控制台", url: null }],
  });
});

describe("钉钉", () => {
  const receiver: Receiver = {
    kind: "dingtalk",
    url: "https://oapi.dingtalk.com/robot/send?access_token=t",
    secret: "SECabc",
  };

  it("is signed in the URL: HMAC of timestamp and secret, in milliseconds", () => {
    const url = new URL(robotRequest(receiver, { message, now: NOW, id: "a1" }).url);

    expect(url.searchParams.get("access_token")).toBe("t");
    expect(url.searchParams.get("timestamp")).toBe(String(NOW));
    expect(url.searchParams.get("sign")).toBe(
      createHmac("sha256", "SECabc").update(`${NOW}\nSECabc`).digest("base64"),
    );
    // A plus that is not encoded would be read as a space.
    expect(url.search).not.toMatch(/sign=[^&]*\+/);
  });

  it("takes a title and markdown", () => {
    expect(bodyFor(receiver)).toMatchObject({ msgtype: "markdown", markdown: { title: message.title } });
  });
});

describe("飞书", () => {
  it("is signed in the body: HMAC of nothing, with timestamp and secret as the key, in seconds", () => {
    const body = bodyFor({
      kind: "feishu",
      url: "https://open.feishu.cn/open-apis/bot/v2/hook/x",
      secret: "s3",
    });
    const timestamp = String(Math.floor(NOW / 1_000));

    expect(body).toMatchObject({
      msg_type: "post",
      timestamp,
      sign: createHmac("sha256", `${timestamp}\ns3`).update("").digest("base64"),
    });
    expect(body["content"]).toMatchObject({
      post: {
        zh_cn: {
          title: message.title,
          content: [[{ tag: "text" }, { tag: "a", href: message.lines[0]?.url }], [{ tag: "text" }]],
        },
      },
    });
  });

  it("is not signed where it has no secret", () => {
    expect(
      bodyFor({ kind: "feishu", url: "https://open.feishu.cn/open-apis/bot/v2/hook/x" }),
    ).not.toHaveProperty("sign");
  });
});

it.each<[Receiver["kind"], number, string, string | null]>([
  ["wecom", 200, '{"errcode":0,"errmsg":"ok"}', null],
  ["wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', "45009: api freq out of limit"],
  ["dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', "310000: sign not match"],
  ["feishu", 200, '{"code":0,"msg":"success"}', null],
  ["feishu", 200, '{"StatusCode":0,"StatusMessage":"success"}', null],
  ["feishu", 200, '{"code":19021,"msg":"sign match fail"}', "19021: sign match fail"],
  ["wecom", 200, "<html>a proxy's page</html>", "no code: "],
  ["webhook", 204, "", null],
  ["webhook", 500, "", "HTTP 500"],
])("%s that answers %i %s: %s", (kind, status, body, expected) => {
  expect(refusalIn({ kind, url: "https://x" }, { status, body })).toBe(expected);
});
