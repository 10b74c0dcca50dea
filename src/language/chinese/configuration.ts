/** Errors of the configuration and of the environment. */
export const CONFIGURATION = {
  "the file": "文件",
  "cannot be read ({code}); name one with --config or BIDA_CONFIG":
    "无法读取（{code}）；请用 --config 或 BIDA_CONFIG 指定",
  "cannot be read ({code})": "无法读取（{code}）",
  "cannot be read as YAML: {why}": "不是有效的 YAML：{why}",
  'cannot be read as YAML: {why}; inside { } a reference needs quotes: "${env:NAME}"':
    '不是有效的 YAML：{why}；在 { } 里引用要加引号："${env:NAME}"',
  "occurs twice": "重复出现",
  "there is no such anchor; text that begins with * needs quotes": "没有这个锚点；以 * 开头的文本要加引号",
  "there is no such field": "没有这个字段",
  "its anchors and aliases repeat too much": "锚点和别名重复过多",
  "expected text that is not empty": "应为非空文本",
  "expected a URL without a user, a query or #": "URL 中不能有用户、查询参数和 #",
  "expected an address like 10.0.0.1, or a range like 10.0.0.0/8":
    "应为地址，如 10.0.0.1，或网段，如 10.0.0.0/8",
  "there is no such field; did you mean {name}?": "没有这个字段；是不是 {name}？",
  "is missing; expected {type}": "缺少；应为{type}",
  "expected {type}, got {given}: put it in quotes": "应为{type}，实际是{given}：请加引号",
  text: "文本",
  "a number": "数字",
  "a whole number": "整数",
  "true or false": " true 或 false",
  "a section": "一节配置",
  "a list": "列表",
  nothing: "空",
  "expected {type}": "应为{type}",
  "{reference} is not set": "{reference} 没有设置",
  "{reference} cannot be read": "{reference} 无法读取",
  "expected ${env:NAME} or ${file:/path}: a secret must not stand in the file":
    "应为 ${env:NAME} 或 ${file:/path}：密钥不能直接写在文件里",

  "expected a duration like 500ms, 30s, 15m, 24h or 7d": "应为时长，如 500ms、30s、15m、24h 或 7d",
  "expected a duration from {least} to {most}": "时长应在 {least} 到 {most} 之间",
  "expected a whole number from {least} to {most}": "应为 {least} 到 {most} 的整数",
  "expected at least {least}: a call waits this many milliseconds for its answer, and until then the platform may still store what was sent":
    "至少为 {least}：等待应答的时间就是这么多毫秒，在此之前平台仍可能存下已发送的内容",
  "expected a URL like http://127.0.0.1:4318": "应为 URL，如 http://127.0.0.1:4318",
  "expected a URL like {example}": "应为 URL，如 {example}",
  "expected a URL like https://bida.corp.example/console/": "应为 URL，如 https://bida.corp.example/console/",
  "expected at least {count} in the list": "列表至少需要 {count} 项",
  "expected a rate like 100/s or 300/min": "应为速率，如 100/s 或 300/min",
  "expected letters, digits, - and _": "只能有字母、数字、- 和 _",
  "expected a name without : and white space": "名称中不能有冒号和空白",
  "expected a name like bida_outbox or oa.bida_outbox": "应为 bida_outbox 或 oa.bida_outbox 这样的名称",
  "expected 64 hex digits": "应为 64 位十六进制数字",
  "expected each name once": "名称不能重复",
  "expected each key once": "密钥不能重复",
  "expected either sentinels or cluster": "sentinels 和 cluster 只能有一个",
  "a cluster has only database 0": "Cluster 只有数据库 0",
  "expected the same database as in the first URL": "应与第一个 URL 的数据库相同",
  "expected redis:// or rediss:// for all of them": "应全部为 redis://，或全部为 rediss://",
  "is only for rediss://; the URL says redis://": "只用于 rediss://；URL 写的是 redis://",
  "expected a PEM file: -----BEGIN CERTIFICATE-----": "应为 PEM 文件：-----BEGIN CERTIFICATE-----",
  "is missing; expected text (or secrets: a list, the newest first)":
    "缺少；应为文本（或 secrets：列表，新的在前）",
  "expected a host like oa.corp.example, or *.corp.example for all hosts below it":
    "应为 oa.corp.example 这样的主机，或用 *.corp.example 表示其下全部主机",
  "expected base64 after whsec_": "whsec_ 之后应为 base64",
  "expected at least {count} bytes, got {given}; make one: echo whsec_$(openssl rand -base64 32)":
    "至少 {count} 字节，实际 {given}；可这样生成：echo whsec_$(openssl rand -base64 32)",
  "expected at least 24 bytes": "至少 24 字节",
  "expected the robot's URL, https://…": "应为机器人的 URL，https://…",
  "expected a time like 09:00": "应为时间，如 09:00",
  "expected a time zone like Asia/Shanghai": "应为时区，如 Asia/Shanghai",
  "expected a percentage from 50 to below 100": "应为 50 到 100（不含）的百分比",
  "is missing; traces are pushed to it": "缺少；链路数据要推送到这里",
  "expected a ratio from 0 to 1": "应为 0 到 1 的比例",
  "expected https://; to send over http:// on purpose, set allowHttp: true":
    "应为 https://；确实要用 http:// 时，请设置 allowHttp: true",
  "is only for tls: true": "只用于 tls: true",
  "there is no account {account}": "没有账号 {account}",
  "is the table of the outbox {name}; a table has one outbox": "是发件箱 {name} 的表；一张表只能有一个发件箱",
  "expected the name of an account of {platform}, but {account}: {why}":
    "应为 {platform} 的账号名，而 {account}：{why}",
  "there is no such account": "没有这个账号",
  "it is of {platform}": "属于 {platform}",
  "cannot be loaded: {why}": "无法加载：{why}",
  "expected a module whose default export is what definePlatform returns":
    "模块的默认导出应为 definePlatform 的返回值",
  "another platform already has the name {platform}, or the name of one of its operations":
    "已有同名的平台或操作：{platform}",

  "expected accessKey and secretKey: this signer signs with them":
    "应有 accessKey 和 secretKey：该签名方式要用",
  "expected http://host:port or https://host:port": "应为 http://host:port 或 https://host:port",
  "expected a URL like postgresql://user:password@host:5432/database or mysql://…; signs like @ : / # ? in a password are written as %40 %3A %2F %23 %3F":
    "应为 postgresql://user:password@host:5432/database 或 mysql://… 这样的 URL；密码中的 @ : / # ? 写作 %40 %3A %2F %23 %3F",
  "expected nothing after the database's name; encryption is set with tls and caFile":
    "数据库名之后不应有内容；加密用 tls 和 caFile 设置",
  "expected a user before the host": "主机之前应有用户",
  "expected the name of a database after the host": "主机之后应有数据库名",
  "expected %25 for a percent sign": "百分号应写作 %25",
  "expected a URL like redis://host:6379/0 or rediss://…":
    "应为 redis://host:6379/0 或 rediss://… 这样的 URL",
  "expected a host: redis://host:6379/0": "缺少主机：redis://host:6379/0",
  "expected a port from 1 to 65535": "端口应在 1 到 65535 之间",
  "expected nothing after the database: redis://host:6379/0": "数据库之后不应有内容：redis://host:6379/0",
  "expected a number as the database, and nothing after it: redis://host:6379/2":
    "数据库应为数字，其后不应有内容：redis://host:6379/2",
  "expected a port from 1 to 65535, got {given}": "端口应在 1 到 65535 之间，实际是 {given}",
  "expected trace, debug, info, warn, error, fatal, silent, got {given}":
    "应为 trace、debug、info、warn、error、fatal、silent 之一，实际是 {given}",
  "are not configured; nothing to do": "没有配置，无事可做",
  "none is configured; nothing to do": "没有配置，无事可做",
  "names neither bullmq nor stream; nothing to do": "既没有 bullmq 也没有 stream，无事可做",
  "names no key, so the API could not be called; `bida key new` makes one":
    "没有密钥，无法调用 API；用 `bida key new` 生成",
  "cannot listen on {where} ({code}): {why}": "无法监听 {where}（{code}）：{why}",
  "expected at least 24 characters": "至少需要 24 个字符",
  "expected the name of a header": "需要一个请求头的名称",
} as const;
