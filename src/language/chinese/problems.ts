/** Problem details of the API: titles, and errors of a request as a whole. */
export const PROBLEMS = {
  "The request has wrong fields": "请求中有错误的字段",
  "The request cannot be read": "无法读取请求",
  "A valid API key is needed": "需要有效的 API 密钥",
  "The API key may not do this": "该 API 密钥无权这样做",
  "There is no such resource": "不存在",
  "There is no such account": "没有这个账号",
  "This method is not allowed here": "不支持该方法",
  "The media type is not supported": "不支持该媒体类型",
  "The request is too large": "请求过大",
  "The idempotency key was used for another request": "幂等键已用于另一个请求",
  "It is acknowledged, but not as durable as asked": "已受理，但未达到要求的持久性",
  "It is too late for this": "为时已晚",
  "It is not a dead letter": "不是死信",
  "It is not discarded": "没有被丢弃",
  "Another delivery is proven by this id": "该 id 已证明另一条投递",
  "The platform was not asked": "没有向平台核实",
  "The account is not held": "账号没有挂起",
  "Somebody else has just changed it": "刚刚被他人处理",
  "The stored record does not parse": "保存的记录无法解析",
  "The account is still in the configuration": "账号仍在配置中",
  "The account has unfinished deliveries": "账号还有未结束的投递",
  "The account's backlog is full": "账号积压已满",
  "The API key asks too often": "该 API 密钥请求过于频繁",
  "Redis does not answer": "Redis 没有应答",
  "Redis does not answer, or refuses": "Redis 没有应答，或拒绝执行",
  "Redis refuses writes: its memory is full (maxmemory)": "Redis 拒绝写入：内存已满（maxmemory）",
  "Redis refuses writes: it cannot write to its disk": "Redis 拒绝写入：无法写入磁盘",
  "Redis refuses writes: it is a replica": "Redis 拒绝写入：它是副本",
  "Redis refuses writes: too few replicas follow it (min-replicas-to-write)":
    "Redis 拒绝写入：跟随它的副本太少（min-replicas-to-write）",
  "Redis refuses writes: its user lacks rights, or the password is wrong":
    "Redis 拒绝写入：用户权限不足，或密码错误",
  "Redis is still loading its data": "Redis 仍在加载数据",
  "Redis is busy with a long script": "Redis 正忙于一个长脚本",
  "Redis is a replica that has lost its master": "Redis 是失去主节点的副本",
  "a key of Bida in Redis has a value of the wrong type": "Redis 中必达的一个键存放了错误类型的值",
  "the key {key} in Redis has a value of the wrong type": "Redis 中的键 {key} 存放了错误类型的值",
  "Bida has failed internally": "服务内部出错",

  "one field is wrong": "有一个字段错误",
  "{count} fields are wrong": "有 {count} 个字段错误",
  "at least {count} fields are wrong; these come first": "至少有 {count} 个字段错误，以下是最前面的",
  "expected Authorization: Bearer <key>, with a key that the configuration knows":
    "需要 Authorization: Bearer <key>，且密钥在配置中",
  "the configuration names no account {account}": "配置中没有账号 {account}",
  "the account's limit of unsent deliveries is reached; repeat this later, with the same key":
    "账号未发送的投递已达上限；请稍后用同一个幂等键重试",
  "this API key makes more requests than its rate allows": "该 API 密钥的请求超过其速率",
  "it is acknowledged, but not on disk or with a replica in time; repeat it with the same key to wait again":
    "已受理，但没有及时写入磁盘或副本；用同一个幂等键重试可再次等待",
  "the result is unknown; repeat it later, with the same key if it has one":
    "结果未知；请稍后重试，有幂等键的用同一个",
  "there is no delivery with this id, or it has been deleted": "没有这个 id 的投递，或者已过保留期",
  "its record is of another version, or broken; the next worker that meets it ends it as invalid":
    "记录来自另一个版本，或者已损坏；下一个处理它的 worker 会以“记录无效”结束它",
  "there is no action with this id, or it has been deleted": "没有这个 id 的批量操作，或者已过保留期",
  "there is no such session, or it has ended": "没有这个会话，或者已结束",
  "a session makes no login links: this call needs the key itself": "会话不能生成登录链接：需要密钥本身",
  "the configuration knows no such key": "配置中没有这个密钥",
  "the link was used before, or is older than ten minutes; ask for another one":
    "链接已用过，或已超过十分钟；请重新获取",
  "too many wrong keys from this address; wait a minute": "该地址的错误密钥过多；请等一分钟",
  "this key may not use that account": "该密钥不能使用那个账号",
  "this role sees no payloads": "该角色不能查看 payload",
  "this call needs the key of {roles}": "该调用需要的角色：{roles}",
  "a session works for the console's own pages: Sec-Fetch-Site: same-origin and X-Bida-Console: 1":
    "会话只用于控制台自己的页面：Sec-Fetch-Site: same-origin 和 X-Bida-Console: 1",
  "another request has this key; a new request needs a new one": "该幂等键属于另一个请求；新的请求请用新的键",
  "it is {status}: only what was never sent can be cancelled": "状态为 {status}：只有从未发出的才能取消",
  "it is {status}": "状态为 {status}",
  "its callback was not given up": "它的回调没有被放弃",
  "it proves the delivery {id}": "它证明的是投递 {id}",
  "a discard can be taken back for 24 hours; it can still be replayed":
    "丢弃只能在 24 小时内撤销；仍然可以重投",
  "look at it again before you act": "请重新查看后再操作",
  "it is neither held nor is its breaker open": "没有挂起，熔断也没有打开",
  "the account is in the configuration of this process: remove it there, and restart all processes":
    "账号还在该进程的配置中：请先从配置中删除，并重启所有进程",
  "the account is in the configuration of a worker, or was within the last three minutes: restart those that still have it, and wait":
    "账号还在某个 worker 的配置中，或三分钟内还在：请重启仍有它的进程，然后稍候",
  "{count} of its deliveries are unfinished; with force they end at once, unconfigured":
    "还有 {count} 条投递未结束；用 force 会立即以“账号未配置”结束",
  "the body is larger than this call accepts": "正文超过该调用的上限",
  "expected larger chunks: of more than 10,000, each has to hold 64 bytes on average":
    "分块（chunk）太小：超过 10,000 块时，平均每块至少 64 字节",
  "expected an HTTP request with a JSON body": "需要正文为 JSON 的 HTTP 请求",
  "expected an HTTP/1.1 request": "需要 HTTP/1.1 请求",
  "expected Content-Type: application/json": "需要 Content-Type: application/json",
  "expected a key in each item: Idempotency-Key is for one delivery":
    "每一项都应有 key：Idempotency-Key 只用于单个投递",
  "expected a body without Content-Encoding": "请求体不能有 Content-Encoding",
  "expected a body in UTF-8": "正文应为 UTF-8",
  "expected a body in UTF-8; these bytes are not (is it GBK?)":
    "正文应为 UTF-8，而这些字节不是（是 GBK 吗？）",
  "expected a JSON body; it is broken at character {at}": "正文应为 JSON；从第 {at} 个字符起不是 JSON",
  "there is nothing under this path; /docs shows what there is": "该路径下没有内容；/docs 列出全部接口",
  "expected {methods}": "应为 {methods}",
  "it is in the log, under the request's id": "详情在日志中，可按请求 id 查找",

  "it is still running": "仍在进行",
  "it has ended": "已结束",
  "nothing in it can be repeated": "其中没有可以重做的",
  "this process has no connection to the account's platform": "该进程没有连接到账号所在的平台",
  "the platform was not asked": "没有向平台核实",
  "its record cannot be read": "记录无法读取",
  "no answer in time": "没有及时得到答复",
  "its channel failed; see the log": "它的通道出错；见日志",
  "it failed inside Bida; see the log": "必达内部出错；见日志",
  "there is no operation {operation}": "没有操作 {operation}",
  "nothing of it was sent that could be there: a replay sends it": "从未发出，平台上不会有：重投会发送它",
  "its payload does not match the schema of {operation}": "payload 不符合 {operation} 的 schema",
  "its record cannot be read; the worker that meets it ends it as invalid":
    "记录无法读取；处理它的 worker 会以“记录无效”结束它",
  "Redis has lost it again, in a failover": "Redis 在故障切换中又丢失了它",
  "there is no sandbox here: `bida up` without a configuration brings one":
    "这里没有沙箱：不带配置的 `bida up` 自带一个",
  "the proxy names somebody to whom console.trustedProxy.roles gives no role":
    "代理给出的用户在 console.trustedProxy.roles 中没有角色",
} as const;
