/**
 * The requests of group robots, as their documents define them:
 *
 * - 企业微信 (developer.work.weixin.qq.com, "群机器人配置说明"): `markdown.content`, at most 4096 bytes; the key in the
 *   URL is the secret; `errcode` 0.
 * - 钉钉 (open.dingtalk.com, "自定义机器人接入"): `markdown.title` and `text`; signed in the URL with `timestamp` in
 *   milliseconds and `sign` = base64(HMAC-SHA256(secret, `timestamp\nsecret`)); `errcode` 0.
 * - 飞书 (open.feishu.cn, "自定义机器人使用指南"): `post`; signed in the body with `timestamp` in seconds and `sign` =
 *   base64(HMAC-SHA256(`timestamp\nsecret`, "")); `code` 0.
 * - a webhook: JSON, signed as Standard Webhooks defines.
 *
 * The robots answer 200 even to messages that they refuse.
 */
import { createHmac } from "node:crypto";
import { webhookHeaders } from "../pipeline/callback/signature.ts";
import { moreLines, type AlertLine, type AlertMessage } from "./words.ts";

export interface Receiver {
  readonly kind: "wecom" | "dingtalk" | "feishu" | "webhook";
  readonly url: string;
  readonly secret?: string | undefined;
}

interface RobotRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const WECOM_BYTES = 4_096;
/** 飞书 takes a body of 20 KB, 钉钉 20,000 bytes; the rest is for what surrounds the text. */
const OTHER_BYTES = 16_000;
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

interface Telling {
  readonly message: AlertMessage;
  /** Wall time, which the robots compare with their own. */
  readonly now: number;
  /** The id of the message, the same when it is repeated. */
  readonly id: string;
}

export function robotRequest({ kind, url, secret }: Receiver, telling: Telling): RobotRequest {
  const { message, now } = telling;
  switch (kind) {
    case "wecom":
      return json(url, { msgtype: "markdown", markdown: { content: markdown(message, WECOM_BYTES) } });
    case "dingtalk":
      return json(secret === undefined ? url : dingtalkUrl(url, { secret, now }), {
        msgtype: "markdown",
        markdown: { title: message.title, text: markdown(message, OTHER_BYTES) },
      });
    case "feishu":
      return json(url, {
        ...feishuSign(secret, now),
        msg_type: "post",
        content: { post: { zh_cn: post(message, OTHER_BYTES) } },
      });
    case "webhook":
      return standard({ url, secret }, telling);
  }
}

/** Null if the robot accepted the message; otherwise its error. */
export function refusalIn(
  { kind }: Receiver,
  { status, body }: { readonly status: number; readonly body: string },
): string | null {
  if (status < 200 || status > 299) return `HTTP ${status}`;
  if (kind === "webhook") return null;
  const { errcode, code, StatusCode, errmsg, msg } = answerIn(body);
  const told = kind === "feishu" ? (code ?? StatusCode) : errcode;
  if (told === 0) return null;
  return `${wordOf(told) || "no code"}: ${wordOf(errmsg ?? msg).slice(0, 200)}`;
}

function json(url: string, body: unknown): RobotRequest {
  return { url, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function dingtalkUrl(
  url: string,
  { secret, now }: { readonly secret: string; readonly now: number },
): string {
  const sign = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  const signed = new URL(url);
  signed.searchParams.set("timestamp", String(now));
  signed.searchParams.set("sign", sign);
  return String(signed);
}

function feishuSign(secret: string | undefined, now: number): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1_000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64") };
}

function post(message: AlertMessage, bytes: number): object {
  const write = (lines: readonly AlertLine[]): object => ({
    title: message.title,
    content: lines.map(({ text, url }) => [
      { tag: "text", text: url === null ? text : `${text} ` },
      ...(url === null ? [] : [{ tag: "a", text: "→", href: url }]),
    ]),
  });
  return write(fitting(message, { bytes, write: (lines) => JSON.stringify(write(lines)) }));
}

function standard(
  { url, secret }: { readonly url: string; readonly secret: string | undefined },
  { message, now, id }: Telling,
): RobotRequest {
  const { title, lines } = message;
  const body = JSON.stringify({ type: "bida.alert", title, lines: [...lines, ...moreLines(message, 0)] });
  const timestamp = Math.floor(now / 1_000);
  return {
    url,
    headers: webhookHeaders({ id, timestamp, body }, secret === undefined ? [] : [secret]),
    body,
  };
}

function markdown(message: AlertMessage, bytes: number): string {
  const write = (lines: readonly AlertLine[]): string =>
    [`### ${message.title}`, ...lines.map((line) => `> ${linked(line)}\n`)].join("\n");
  return write(fitting(message, { bytes, write }));
}

/** As many whole lines as fit; the last one says how many are left out. */
function fitting(
  message: AlertMessage,
  { bytes, write }: { readonly bytes: number; readonly write: (lines: readonly AlertLine[]) => string },
): readonly AlertLine[] {
  for (let kept = message.lines.length; kept >= 0; kept -= 1) {
    const left = message.lines.length - kept;
    const lines = [...message.lines.slice(0, kept), ...moreLines(message, left)];
    if (Buffer.byteLength(write(lines)) <= bytes) return lines;
  }
  return [];
}

function linked({ text, url }: AlertLine): string {
  return url === null ? text : `[${text.replaceAll(/[[\]]/g, " ").trim()}](${url})`;
}

function wordOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function answerIn(
  body: string,
): Partial<Record<"errcode" | "code" | "StatusCode" | "errmsg" | "msg", unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    // For example a page of a proxy: it has no code, so the message was not accepted.
    return {};
  }
}
