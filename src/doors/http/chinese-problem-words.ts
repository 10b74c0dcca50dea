/**
 * What each problem means, and what to do about it, in Chinese.
 */
import type { ProblemCode } from "./problem.ts";
import type { ProblemWords } from "./problem-words.ts";

const NOTHING = "没有任何改变。";

export const CHINESE_PROBLEM_WORDS: Readonly<Record<ProblemCode, Omit<ProblemWords, "status">>> = {
  invalid: {
    meaning: `\`errors\` 用 JSON pointer 指出每个错误字段，最多 20 个。${NOTHING}`,
    remedy: "更正这些字段后重新发送；有幂等键的用同一个。",
  },
  malformed: {
    meaning: `内容不是 JSON，或者不是 UTF-8，或者分块（chunk）超过 10,000 块且平均每块不足 64 字节。${NOTHING}`,
    remedy:
      "请更正请求。`detail` 指出 JSON 从哪里开始出错。分块太小时，请把整个正文交给 HTTP 客户端，或使用带缓冲的流。",
  },
  unauthenticated: {
    meaning: "请求没有带 API 密钥，或者密钥不在配置中。",
    remedy: "请发送 `Authorization: Bearer <key>`。用 `bida key new` 生成密钥，用 `bida whoami` 测试。",
  },
  forbidden: {
    meaning: "密钥的角色无权这样做，或者账号不在密钥的范围内。",
    remedy: "换一个密钥；docs/api-roles.md 说明各角色的权限。",
  },
  notFound: {
    meaning: "id 不对，或者它属于该密钥无权查看的账号。",
    remedy: "请检查 id。已结束的投递，记录在 `policy.retention` 之后删除。",
  },
  unknownAccount: {
    meaning: "配置中没有这个名称的账号。",
    remedy: "请检查名称；`bida accounts` 列出现有的账号。",
  },
  methodNotAllowed: {
    meaning: "路径存在，但不支持这个方法。`Allow` 列出支持的方法。",
    remedy: "改用其中之一；/docs 列出全部接口。",
  },
  notAcceptable: {
    meaning: "不接受正文的媒体类型或字符集。",
    remedy: "请发送 `Content-Type: application/json`，使用 UTF-8。",
  },
  tooLarge: {
    meaning: "请求超过该调用的上限：投递为 2 MiB。",
    remedy: "减少一次请求中的投递，或缩小 payload。",
  },
  keyConflict: {
    meaning: `\`id\` 是那个请求的投递，\`errors\` 指出不同之处。${NOTHING}`,
    remedy: "新的请求请用新的键；旧的请求请原样重发。",
  },
  acceptedNotDurable: {
    meaning: "投递 `id` 已受理，会被投递，但没有及时达到要求的持久性，Redis 崩溃时仍可能丢失。",
    remedy: "用同一个幂等键重发同样的请求，直到返回 200 或 202。",
  },
  tooLate: {
    meaning: "已经发出，或者可能已经发出，不能再取消。",
    remedy: "用另一条投递撤销，例如 todo.update 或 schedule.delete。",
  },
  notDead: {
    meaning: "只有死信可以重投或丢弃，而它不是死信。",
    remedy: "请查看它的状态。可能已有人重投。",
  },
  notDiscarded: {
    meaning: "只有已丢弃的投递才能恢复（24 小时内），而它没有被丢弃。",
    remedy: "请查看它的状态。",
  },
  claimed: {
    meaning: "平台的这个 id 已经证明了另一条投递 `id`。一个对象不能证明两条投递。",
    remedy: "请查看那条投递，以及平台上的这个 id。",
  },
  notAsked: {
    meaning: "`detail` 说明原因。没有任何改变。",
    remedy: "请稍后再试。",
  },
  notHeld: {
    meaning: "熔断也没有打开，没有什么需要试的。",
    remedy: "不需要处理。",
  },
  conflict: {
    meaning: "另一个请求在同一时刻做了修改。",
    remedy: "请重新查看，再作决定。",
  },
  unreadable: {
    meaning: "记录由必达的另一个版本写入，或者已损坏。",
    remedy: "不需要处理：下一个读到它的 worker 会以 `invalid` 结束它。",
  },
  stillConfigured: {
    meaning: "只有已不在配置中的账号才能退役。",
    remedy: "先从配置中删除，并重启必达的各进程。",
  },
  unfinished: {
    meaning: "账号的投递还没有全部结束。",
    remedy: "等它们结束，或者用 `force` 退役账号：未结束的会立即结束。",
  },
  queueFull: {
    meaning: "账号尚未发送的投递已达到 `backlog` 的上限。",
    remedy: "稍后用同一个幂等键重发。`Retry-After` 说明何时。",
  },
  tooManyRequests: {
    meaning: "该密钥的请求频率超过了它的 `rate`。",
    remedy: "按 `Retry-After` 等待；把多条投递放进一次请求。",
  },
  unavailable: {
    meaning: "`title` 写明原因。请求的结果未知。",
    remedy: "稍后用同一个幂等键重发：绝不会变成两条投递。`bida doctor` 会指出问题。",
  },
  internal: {
    meaning: "详情在日志中，可按 `requestId` 查找。",
    remedy: "用同一个幂等键重发；并把 `requestId` 告诉必达的运维人员。",
  },
};
