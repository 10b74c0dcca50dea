/** Why a delivery ended, or what it waits for: the `detail` of deliveries and recipients. */
export const DETAILS = {
  "the token endpoint refused the credentials (code {code})": "令牌接口拒绝凭据（返回码 {code}）",
  "the token endpoint reports a failure (code {code})": "令牌接口出错（返回码 {code}）",
  "this worker does not know the operation {operation}; one of a newer version may":
    "此 worker 不认识操作 {operation}；更新版本的 worker 可能认识",
  "deadline passed; {rest}": "已过截止时间；{rest}",
  "deadline passed before anything was sent; last: {cause}": "到截止时间仍未发出；当时：{cause}",
  "{id}, the delivery ahead of it in its lane, had not ended when its own deadline passed: it was {status}":
    "到截止时间时，顺序队列中排在前面的投递 {id} 还没有结束：它的状态是 {status}",
  "it never had its turn": "一直没有轮到",
  "the account was paused": "账号已暂停",
  "the account was held, because its credentials were refused": "凭据被拒绝，账号已挂起",
  "the platform was away (the breaker was open)": "平台没有应答（熔断已打开）",

  "proven: {who}": "已证实：{who}",
  "refused ({words}): {who}": "被拒绝（{words}）：{who}",
  "no reason given": "未说明原因",
  "awaited, never seen: {who}": "一直没有等到：{who}",
  "awaited, never seen ({words}): {who}": "一直没有等到（{words}）：{who}",
  "never seen after 1 send: {who}": "发送 1 次，从未显示：{who}",
  "never seen after 1 send ({words}): {who}": "发送 1 次，从未显示（{words}）：{who}",
  "never seen after {count} sends: {who}": "发送 {count} 次，从未显示：{who}",
  "never seen after {count} sends ({words}): {who}": "发送 {count} 次，从未显示（{words}）：{who}",
  "accepted by the platform but never shown: {who}": "平台已受理，但从未显示：{who}",
  "accepted by the platform but never shown ({words}): {who}": "平台已受理，但从未显示（{words}）：{who}",
  "sent, answer lost, never shown: {who}": "已发出，应答丢失，从未显示：{who}",
  "sent, answer lost, never shown ({words}): {who}": "已发出，应答丢失，从未显示（{words}）：{who}",
  "sent and proven absent: {who}": "已发出，并证实平台上没有：{who}",
  "never sent: {who}": "从未发出：{who}",
  "{ids} and {count} more": "{ids} 等，另有 {count} 个",

  "no replica of Redis has its lease yet (redis.waitReplicas)":
    "还没有 Redis 副本收到它的租约（redis.waitReplicas）",
  "a worker died, or stood still, between this send and its record": "worker 在发送之后、记录之前退出或停顿",
  "its channel failed, perhaps after it had left": "通道出错，可能已经发出",
  "it failed, perhaps after it had left": "可能已经发出之后出错",
  "Redis was away before it could leave": "发出之前 Redis 不可用",
  "it was given up before it could leave": "发出之前就已放弃",
  "Redis or Bida failed before it could leave; see the log": "发出之前 Redis 或必达出错；见日志",
  "sending it fails inside Bida before anything leaves; see the log": "必达内部出错，还没有发出；见日志",
  "it could not leave in time: Redis or the access token was slow": "未能及时发出：Redis 或令牌太慢",
  "a parameter is missing or wrong; the platform's words name it":
    "缺少参数或参数有误，平台的原话指明是哪一个",
  "too many recipients in one call": "一次调用的接收人过多",
  "the platform could not look up the members: an openId is wrong, or the platform has a fault":
    "平台查不到成员：openId 有误，或平台出现故障",
  "some of the openIds are unknown to the platform": "部分 openId 在平台上不存在",
  "none of the openIds is known to the platform": "所有 openId 在平台上都不存在",
  "its stored record does not parse": "保存的记录无法解析",
  "the delivery that `of` names is still on its way": "`of` 所指的投递还在进行中",
  "the delivery that `of` names was acknowledged later, and waits behind this one in its lane":
    "`of` 所指的投递受理得更晚，在顺序队列中排在这一条之后",
  "the delivery that `of` names is unknown, or ended without an id from the platform":
    "`of` 所指的投递不存在，或者结束时没有得到平台的 id",
} as const;
