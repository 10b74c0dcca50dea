/**
 * The texts of alerts, in Chinese and English. Text from a platform (its codes) is data: it stays on its line
 * and cannot form links, mentions or markup.
 */
import { localMoment } from "../language/local-moment.ts";
import { REASONS } from "../language/chinese/reasons.ts";
import type { Condition, DeadGroupCount, AlertFigures } from "./condition.ts";
import type { Told } from "./decide.ts";
import { linkTo } from "./links.ts";

type Language = "zh" | "en";

export interface AlertLine {
  readonly text: string;
  /** A link into the console; null where none is configured. */
  readonly url: string | null;
}

/** One message, before it gets the form of a robot. */
export interface AlertMessage {
  readonly title: string;
  readonly lines: readonly AlertLine[];
  /** How many conditions have no line, and the URL that shows them. Absent in messages of older versions. */
  readonly rest?: { readonly count: number; readonly language: Language; readonly url: string | null };
}

export interface Speaking {
  readonly language: Language;
  /** The name of this installation, for example 生产. */
  readonly environment: string | null;
  readonly console: string | null;
}

/** The most lines of a message; the rest is in the console. */
const MOST_LINES = 12;

export function alertMessage({ begun, lasting, over }: Told, speaking: Speaking): AlertMessage {
  const words = WORDS[speaking.language];
  const lines = [
    ...begun.map((one) => lineOf(words.begun, { condition: one, speaking })),
    ...lasting.map((one) => lineOf(words.lasting, { condition: one, speaking })),
    ...over.map((one) => overLine(one, speaking)),
  ];
  const isGood = begun.length + lasting.length === 0;
  return {
    title: titled(isGood ? words.recovered : words.alarm(begun.length + lasting.length), speaking),
    ...shortened(lines, speaking),
  };
}

/**
 * The line that says how many more there are; empty if there are none. @param left how many lines the robot's
 * limit leaves out
 */
export function moreLines({ rest }: AlertMessage, left: number): readonly AlertLine[] {
  if (rest === undefined || rest.count + left === 0) return [];
  return [{ text: WORDS[rest.language].more(rest.count + left), url: rest.url }];
}

export function digestMessage(reading: AlertFigures, speaking: Speaking): AlertMessage {
  const words = WORDS[speaking.language];
  const accounts = reading.fleet.accounts.map(({ account, counts }): AlertLine => {
    const backlog = counts.queued + counts.sending + counts.retrying + counts.confirming;
    const text = words.account(account, { confirmed: counts.confirmed, backlog, dead: counts.dead });
    return { text, url: linkTo(speaking.console, { kind: "account", account }) };
  });
  const groups = reading.groups.map((group) =>
    lineOf("", { condition: { key: "", kind: "dead", ...group }, speaking }),
  );
  const refused = reading.fleet.refusedOrders;
  const orders =
    refused === 0
      ? []
      : [lineOf("", { condition: { key: "", kind: "refusedOrders", count: refused }, speaking })];
  return {
    title: titled(words.digest, speaking),
    ...shortened([...accounts, ...groups, ...orders], speaking),
  };
}

function titled(text: string, { environment }: Speaking): string {
  return environment === null ? `Bida ${text}` : `Bida ${text} · ${plain(environment)}`;
}

function shortened(
  lines: readonly AlertLine[],
  { language, console }: Speaking,
): Omit<AlertMessage, "title"> {
  const count = Math.max(0, lines.length - MOST_LINES);
  const rest = { count, language, url: linkTo(console, { kind: "overview" }) };
  return { lines: lines.slice(0, MOST_LINES), rest };
}

function lineOf(
  prefix: string,
  {
    condition,
    speaking: { language, console },
  }: { readonly condition: Condition; readonly speaking: Speaking },
): AlertLine {
  const said = WORDS[language].condition(condition);
  return { text: prefix === "" ? said : `${prefix} ${said}`, url: linkTo(console, condition) };
}

function overLine(condition: Condition, { language, console }: Speaking): AlertLine {
  const words = WORDS[language];
  return { text: `${words.over} ${words.ended(condition)}`, url: linkTo(console, condition) };
}

interface Counts {
  readonly confirmed: number;
  readonly backlog: number;
  readonly dead: number;
}

interface Words {
  readonly begun: string;
  readonly lasting: string;
  readonly over: string;
  readonly recovered: string;
  readonly digest: string;
  readonly alarm: (count: number) => string;
  readonly more: (count: number) => string;
  readonly account: (account: string, counts: Counts) => string;
  readonly condition: (condition: Condition) => string;
  /** The text for a condition that is over. */
  readonly ended: (condition: Condition) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    begun: "【新】",
    lasting: "【持续】",
    over: "【恢复】",
    recovered: "恢复正常",
    digest: "每日汇总",
    alarm: (count) => `告警 ${count} 项`,
    more: (count) => `还有 ${count} 项，见控制台`,
    account: (account, { confirmed, backlog, dead }) =>
      `${account}：已确认 ${confirmed}，积压 ${backlog}，死信 ${dead}`,
    condition: (condition) => {
      switch (condition.kind) {
        case "oldest":
          return `${condition.account}：最早的投递已等待 ${lasting(condition.ageMs, ["天", "小时", "分钟"])}，仍未确认`;
        case "breaker":
          return `${condition.account}：平台无应答，已熔断，投递等待恢复`;
        case "held":
          return `${condition.account}：平台拒绝凭据，账号已挂起，不再发送`;
        case "callbacks":
          return `${condition.account}：${condition.count} 条回调已放弃，业务系统还不知道结果`;
        case "failingCallbacks":
          return `${condition.account}：${condition.count} 条回调多次失败，仍在重试，业务系统还不知道结果`;
        case "dead":
          return `${condition.account} ${condition.operation}：死信 ${condition.count} 条，${reasonIn(condition)}`;
        case "refusedOrders":
          return `经 Redis 写入的订单有 ${condition.count} 条被拒绝`;
        case "redisMemory":
          return `Redis 内存已用 ${percent(condition.ratio)}，用满后将不再受理`;
        case "lostWrites":
          return condition.from === null
            ? `Redis 的数据已丢失：${localMoment(condition.to)} 之前写入的内容都已不在，请按处置手册处理`
            : `Redis 的数据变旧：${localMoment(condition.from)} 至 ${localMoment(condition.to)} 写入的内容已丢失，请按处置手册处理`;
      }
    },
    ended: (condition) => {
      switch (condition.kind) {
        case "oldest":
          return `${condition.account}：不再有等待过久的投递`;
        case "breaker":
          return `${condition.account}：平台已恢复应答，继续发送`;
        case "held":
          return `${condition.account}：凭据已被接受，继续发送`;
        case "callbacks":
          return `${condition.account}：放弃的回调已有人处理`;
        case "failingCallbacks":
          return `${condition.account}：回调不再失败`;
        case "dead":
          return `${condition.account} ${condition.operation}：死信已有人处理，${reasonIn(condition)}`;
        case "refusedOrders":
          return "被拒绝的订单已有人处理";
        case "redisMemory":
          return "Redis 内存已回落";
        case "lostWrites":
          return "Redis 一小时内没有再丢失写入；已丢失的仍需检查";
      }
    },
  },
  en: {
    begun: "[new]",
    lasting: "[still]",
    over: "[over]",
    recovered: "is well again",
    digest: "daily digest",
    alarm: (count) => `alert (${count})`,
    more: (count) => `${count} more, see the console`,
    account: (account, { confirmed, backlog, dead }) =>
      `${account}: ${confirmed} confirmed, ${backlog} waiting, ${dead} dead`,
    condition: (condition) => {
      switch (condition.kind) {
        case "oldest":
          return `${condition.account}: a delivery has waited for ${lasting(condition.ageMs, ["d", "h", "min"])}`;
        case "breaker":
          return `${condition.account}: the platform does not answer; deliveries wait`;
        case "held":
          return `${condition.account}: the platform refuses the credentials; nothing is sent`;
        case "callbacks":
          return `${condition.account}: callbacks that were given up: ${condition.count}`;
        case "failingCallbacks":
          return `${condition.account}: callbacks that failed several times and are tried again: ${condition.count}; their producers do not know yet`;
        case "dead": {
          const code = condition.code === null ? "" : `, platform code ${plain(condition.code)}`;
          return `${condition.account} ${condition.operation}: ${condition.count} dead, ${condition.reason ?? "invalid"}${code}`;
        }
        case "refusedOrders":
          return `orders in Redis that were refused: ${condition.count}`;
        case "redisMemory":
          return `Redis uses ${percent(condition.ratio)} of its memory; when it is full, nothing is accepted`;
        case "lostWrites":
          return condition.from === null
            ? `Redis lost its data: what was written until ${localMoment(condition.to)} is gone; follow the runbook`
            : `Redis came back with older data: what was written from ${localMoment(condition.from)} to ${localMoment(condition.to)} is lost; follow the runbook`;
      }
    },
    ended: (condition) => {
      switch (condition.kind) {
        case "oldest":
          return `${condition.account}: no delivery waits too long any more`;
        case "breaker":
          return `${condition.account}: the platform answers again; deliveries go on`;
        case "held":
          return `${condition.account}: the platform takes the credentials; deliveries go on`;
        case "callbacks":
          return `${condition.account}: no callback is given up any more`;
        case "failingCallbacks":
          return `${condition.account}: callbacks do not fail any more`;
        case "dead": {
          const code = condition.code === null ? "" : `, platform code ${plain(condition.code)}`;
          return `${condition.account} ${condition.operation}: somebody has dealt with the dead letters, ${condition.reason ?? "invalid"}${code}`;
        }
        case "refusedOrders":
          return "no refused orders any more";
        case "redisMemory":
          return "Redis has memory again";
        case "lostWrites":
          return "Redis has lost no more writes within an hour; those that were lost stay lost";
      }
    },
  },
};

/** The reason with the platform's code, which distinguishes groups of one reason. */
function reasonIn({ reason, code }: DeadGroupCount): string {
  const said = reason === null ? "记录无效" : REASONS[reason];
  return code === null ? said : `${said}，平台返回码 ${plain(code)}`;
}

/** The largest two units: `45 分钟`, `2 小时 5 分钟`, `3 天`. */
function lasting(ms: number, [day, hour, minute]: readonly [string, string, string]): string {
  const minutes = Math.round(ms / 60_000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(minutes / 1_440), day],
    [Math.floor((minutes % 1_440) / 60), hour],
    [minutes % 60, minute],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return `0 ${minute}`;
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}

/** Text from outside, without characters that could form markup, a mention or a second line. */
function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").slice(0, 60);
}
