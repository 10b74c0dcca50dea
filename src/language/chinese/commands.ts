/** What commands say beside their data, and what is wrong with a command line. */
export const COMMANDS = {
  "Bida is up: {url}   (the API's pages: {pages})": "必达已启动：{url}   （API 文档：{pages}）",
  "             (logs in once, within ten minutes; another: {command})":
    "             （一次性登录，十分钟内有效；重新获取：{command}）",
  "  sandbox    {url}   (what the pretend platforms stored)": "  sandbox    {url}   （模拟平台所保存的内容）",
  "Then, in another terminal:": "然后在另一个终端里：",
  "Ctrl-C stops it all.": "Ctrl-C 停止全部。",
  "Ctrl-C stops it all and leaves nothing behind, deliveries included.":
    "Ctrl-C 停止全部，不留任何内容，包括投递。",
  "Stopping; what is in flight is finished first.": "正在停止；进行中的会先完成。",
  "Filling the sandbox with a bad night; this takes some seconds.": "正在填入一个糟糕夜晚的数据，需要几秒。",
  "Starting a private Redis, the sandbox, a worker, the intake and the API …":
    "正在启动私有 Redis、沙箱、worker、接入和 API …",
  "Starting everything that {file} names …": "正在启动 {file} 中的全部 …",

  "There are none.": "没有。",
  "There may be more: --cursor {cursor}, or --all": "可能还有更多：--cursor {cursor}，或 --all",
  "It has ended.": "已结束。",
  "No account has an objective: slo in the configuration.": "没有账号配置服务目标（配置中的 slo）。",
  "Paused.": "已暂停。",
  "It runs again.": "已恢复。",
  "It was held, and goes on.": "原先已挂起，现在继续。",
  "Retired {account}: {ended} ended.": "已停用 {account}：结束了 {ended}。",
  "Retired {account}: {ended} ended; a worker ends {remaining} more within a minute.":
    "已停用 {account}：结束了 {ended}；worker 会在一分钟内再结束 {remaining} 条。",
  "{count} delivery": "{count} 条投递",
  "{count} deliveries": "{count} 条投递",
  "{id}: {ahead} wait in its lane; a replay queues up behind them.":
    "{id}：顺序队列中有 {ahead} 条在等待；重投会排在它们后面。",
  "It is not dead: it is {status}.": "不是死信：状态为 {status}。",
  "It has not ended yet: it is {status}.": "还没有结束：状态为 {status}。",
  "Only the latest {count} were counted; there are more.": "只统计了最近 {count} 条，还有更多。",
  "Nothing was changed, and nothing is replayed.": "没有修改，也没有重投。",
  "Replayed as generation {generation}: it is {status}.": "已重投，第 {generation} 代：状态为 {status}。",
  "{count} exported; the export is written down in the audit.": "导出 {count} 条；导出已记入审计。",
  "Nothing is said about it any more.": "已清除标记。",
  "acknowledged by {person}": "{person} 已知悉",
  "assigned to {person}": "指派给 {person}",
  "quiet until {time}": "暂缓到 {time}",
  "Nothing was done.": "没有执行。",
  "It runs in the background: bida action {id}": "在后台进行：bida action {id}",
  "It runs as {id}; {command} stops it.": "正在进行：{id}；用 {command} 停止。",
  "It may go on; {command} stops it.": "可能仍在进行；用 {command} 停止。",
  "There is no bida.yaml here: asking the API at {where}.": "这里没有 bida.yaml：改问 API（{where}）。",
  "{broken} broken, {warnings} to look at.": "{broken} 项故障，{warnings} 项需要留意。",
  "Put the secrets that it names into the environment, then: bida config check, bida doctor.":
    "请把其中引用的密钥放进环境变量，然后执行：bida config check、bida doctor。",
  "Shown once: keep it safe. Under api.keys of the configuration goes this line:":
    "只显示这一次，请妥善保存。把下面这一行写到配置的 api.keys 下：",
  "Cancelled.": "已取消。",
  "Acknowledged.": "已受理。",
  "It was acknowledged before, with this key.": "此前已用这个幂等键受理。",
  "Acknowledged as {id}; waiting for its end.": "已受理：{id}；等待结束。",
  "Its first request differs in {fields}: that stays as it was.": "首次请求的 {fields} 不同：以首次为准。",
  "line {line}: its first request differs in {fields}: that stays as it was":
    "第 {line} 行：首次请求的 {fields} 不同：以首次为准",
  "line {line}: {why}": "第 {line} 行：{why}",
  "Interrupted. Every line up to {line} has its answer; go on from line {next}.":
    "已中断。到第 {line} 行为止都有应答；请从第 {next} 行继续。",
  "Every line up to {line} has its answer.": "到第 {line} 行为止都有应答。",
  "Of lines {lines} it is not known whether they were acknowledged.": "第 {lines} 行是否已受理尚不清楚。",
  "Go on from line {line}.": "请从第 {line} 行继续。",
  "Go on from line {line}; a line without a key may then be delivered twice.":
    "请从第 {line} 行继续；没有幂等键的行可能会投递两次。",
  "{created} acknowledged, {existing} known before, {refused} refused":
    "受理 {created}，此前已有 {existing}，拒绝 {refused}",
  "{created} acknowledged, {existing} known before, {refused} refused; {notDurable} not as durable as asked":
    "受理 {created}，此前已有 {existing}，拒绝 {refused}；{notDurable} 条未达到要求的持久性",

  "it is there: confirmed": "平台上有：已确认",
  "not found now; a replay asks again before it sends": "目前没有找到；重投会先再次核实",
  "there for some of its recipients": "部分接收人已收到",
  "the platform said nothing that proves anything": "平台没有给出能证明的答复",
  "what may be it, and is nobody's; look, then --receipt-found:":
    "可能是它、且不属于其他投递的；请查看后使用 --receipt-found：",
  "{matched} would be asked about": "将核实 {matched} 条",
  "{matched} would be replayed": "将重投 {matched} 条",
  "{matched} would be discarded": "将丢弃 {matched} 条",
  "{matched} would be erased": "将清除 {matched} 条",
  "{done} {word}, {skipped} skipped, {failed} failed": "{word} {done}，跳过 {skipped}，失败 {failed}",
  "{done} {word}, {skipped} skipped, {failed} not found": "{word} {done}，跳过 {skipped}，未找到 {failed}",
  "{figures}; of those {confirmed} confirmed by now, {died} died again, {open} under way":
    "{figures}；其中已确认 {confirmed}，再次成为死信 {died}，进行中 {open}",
  replayed: "已重投",
  discarded: "已丢弃",
  found: "已找到",
  erased: "已清除",
  "replayed so far": "目前已重投",
  "discarded so far": "目前已丢弃",
  "found so far": "目前已找到",
  "erased so far": "目前已清除",
  "replayed, then cancelled": "取消前已重投",
  "discarded, then cancelled": "取消前已丢弃",
  "found, then cancelled": "取消前已找到",
  "erased, then cancelled": "取消前已清除",

  "Put the key into BIDA_KEY, or name a file that holds it with --key-file.":
    "请把密钥放进 BIDA_KEY，或用 --key-file 指定存放它的文件。",
  "Name the API with --url or BIDA_URL, or work straight on Redis with --redis.":
    "请用 --url 或 BIDA_URL 指定 API，或用 --redis 直接使用 Redis。",
  "`bida doctor` says what is wrong with it.": "`bida doctor` 会指出问题所在。",
  "Redis does not answer: {detail}": "Redis 没有应答：{detail}",
  "no answer from {url} ({why})": "{url} 没有应答（{why}）",
  "it took too long": "超时",
  "unknown cause": "原因不明",
  "{url} answered {status}, and not as Bida does": "{url} 返回 {status}，但不像是必达",
  "the request": "请求",
  "request {id}": "请求 {id}",

  "is missing": "缺少",
  "is missing; say why, for the audit": "缺少；请写明原因，会记入审计",
  "is missing, and stdin is a terminal": "缺少，而标准输入是终端",
  "expected a name of letters, digits, - and _": "名称只能有字母、数字、- 和 _",
  "is a producer's; this role has all accounts": "只用于 producer；该角色可用全部账号",
  "a producer needs one at least": "producer 至少需要一个",
  "it is for the sandbox, never for accounts of your own": "只用于沙箱，不能用于自己的账号",
  "expected one id, the delivery that it belongs to": "应只有一个 id，即它所属的投递",
  "expected --acknowledge, --reopen, --assign, --snooze or --note":
    "应有 --acknowledge、--reopen、--assign、--snooze 或 --note",
  "the editor failed; nothing was changed": "编辑器出错；没有修改",
  "counts what flags mean; ids that are named would be acted on": "只统计选项的范围；直接写出的 id 会被执行",
  "expected either --payload or --file": "--payload 和 --file 只能有一个",
  "without an API, nobody would go on with it": "没有 API，就没有谁会继续执行",
  "expected --payload or --set: there is no terminal to edit in":
    "应有 --payload 或 --set：没有可供编辑的终端",
  "expected deliveries on stdin, one a line, or --payload; see bida send --help":
    "应在标准输入每行给一条投递，或用 --payload；见 bida send --help",
  "expected deliveries one a line, without a list around them: jq -c '.[]' FILE makes that":
    "应每行一条投递，外面不要有列表：用 jq -c '.[]' FILE 转换",
  "{path} cannot be read ({code})": "{path} 无法读取（{code}）",
  "{path} cannot be read": "{path} 无法读取",
  "expected JSON, it breaks at position {at}": "应为 JSON，在位置 {at} 处出错",
  "{what} is not UTF-8 (is it GBK?)": "{what} 不是 UTF-8（是 GBK 吗？）",
  "expected a URL like http://127.0.0.1:8080, got {given}":
    "应为 http://127.0.0.1:8080 这样的 URL，实际是 {given}",
  "expected ids, or flags that say which, or --all": "应写出 id，或用选项指定范围，或用 --all",
  "expected either ids or flags that say which": "id 和指定范围的选项只能用一种",
  "lines have payloads of their own": "每行有自己的 payload",
  "expected field=value": "应为 字段=值",
  "expected either --payload or --set": "--payload 和 --set 只能有一个",
  "is for one delivery; write it into the lines": "只用于单条投递；请写进各行",
  "expected a duration like 30s, 15m or 2h, or a date like 2026-03-01T08:30:00":
    "应为时长，如 30s、15m 或 2h，或日期，如 2026-03-01T08:30:00",
  "names no configuration that is right; bida config check says what is wrong":
    "没有指向正确的配置；bida config check 会指出问题",
  "is there already; --force overwrites it": "已存在；--force 会覆盖它",
  "cannot be written ({code})": "无法写入（{code}）",

  "error: unknown option '{flag}'": "错误：没有选项 '{flag}'",
  "error: unknown command '{name}'": "错误：没有命令 '{name}'",
  "error: missing required argument '{name}'": "错误：缺少参数 '{name}'",
  "error: required option '{flag}' not specified": "错误：缺少选项 '{flag}'",
  "error: option '{flag}' argument missing": "错误：选项 '{flag}' 缺少值",
  "error: option '{flag}' argument '{value}' is invalid. {why}":
    "错误：选项 '{flag}' 的值 '{value}' 无效。{why}",
  "error: option '{flag}' cannot be used with option '{other}'": "错误：选项 '{flag}' 不能与 '{other}' 同用",
  "error: too many arguments{rest}": "错误：参数过多{rest}",
  "(Did you mean {name}?)": "（是不是 {name}？）",
  "(Did you mean one of {names}?)": "（是不是其中之一：{names}？）",
  "Allowed choices are {choices}.": "可选：{choices}。",
  "Expected a whole number from {least} to {most}.": "应为 {least} 到 {most} 的整数。",
  "Expected a number from {least} to {most}.": "应为 {least} 到 {most} 的数字。",
  "Expected a duration like 30s or 5m.": "应为时长，如 30s 或 5m。",

  "another process listens there; stop that one, or name another port":
    "已有进程在监听；请停止它，或换一个端口",
  "this user may not listen there; name a port above 1023": "该用户不能监听；请用 1023 以上的端口",
  "this machine has no such address; correct the host": "本机没有这个地址；请更正 host",
  "the host's name does not resolve; correct it": "主机名无法解析；请更正",
  "Redis may evict deliveries (maxmemory-policy {policy}); set it to noeviction":
    "Redis 可能驱逐投递（maxmemory-policy {policy}）；请设为 noeviction",
  "Redis runs without AOF: an acknowledged delivery may be lost in a crash; set appendonly yes":
    "Redis 没有开启 AOF：崩溃可能丢失已受理的投递；请设置 appendonly yes",
  "{matched} would be edited and replayed": "将修改并重投 {matched} 条",
  "edited and replayed so far": "已修改并重投（进行中）",
  "edited and replayed, then cancelled": "已修改并重投，随后取消",
  "edited and replayed": "已修改并重投",
  "{figures}, {failed} would be left as they are": "{figures}，{failed} 条保持原样",
  "is for one delivery; of many, one field changes": "只用于一条投递；对多条只能修改一个字段",
  "expected --set field=value, or --field, --find and --with":
    "需要 --set 字段=值，或者 --field、--find 和 --with",
  "of many, one field changes at a time": "对多条每次只能修改一个字段",
} as const;
