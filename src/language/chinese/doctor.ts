/** What `bida doctor` finds, and how to repair it. */
export const DOCTOR = {
  "account {account}": "账号 {account}",
  alerts: "告警",
  intake: "接入",
  "intake, stream {key}": "接入，流 {key}",
  "outbox {name}": "发件箱 {name}",
  "{seconds} s": "{seconds} 秒",
  "{minutes} min": "{minutes} 分钟",
  "{hours} h": "{hours} 小时",
  "{days} d": "{days} 天",
  now: "现在",
  "in {time} ({clock})": "{time}后（{clock}）",
  "{count} or more": "至少 {count}",

  // Configuration and clocks
  "{accounts}, {keys}, {mirrors}": "{accounts}，{keys}，{mirrors}",
  "{count} account": "{count} 个账号",
  "{count} accounts": "{count} 个账号",
  "{count} API key": "{count} 个 API 密钥",
  "{count} API keys": "{count} 个 API 密钥",
  "{count} mirror": "{count} 个镜像",
  "{count} mirrors": "{count} 个镜像",
  "Correct it: bida config check says whether it is valid, bida config schema shows what is allowed.":
    "请更正；bida config check 检查是否正确，bida config schema 列出可用的字段。",
  "this machine's": "本机的",
  "Redis'": "Redis 的",
  "lost its data: what was written until {to} is gone (noticed at {at})":
    "数据已丢失：{to} 之前写入的内容都已不在（发现于 {at}）",
  "came back with older data: what was written from {from} to {to} is lost (noticed at {at})":
    "数据变旧：{from} 至 {to} 写入的内容已丢失（发现于 {at}）",
  "Let the producers write the orders of that time again, with the same keys, and look for schedules that are there twice: docs/runbooks/redis.md.":
    "请让业务系统用原来的幂等键重新写入这段时间的订单，并查找重复的日程：docs/zh/runbooks/redis.md。",
  "its clock agrees with this machine's": "时钟与本机一致",
  "its clock and this machine's are {seconds} s apart": "时钟与本机相差 {seconds} 秒",
  "Let NTP set both clocks.": "请用 NTP 同步两边的时钟。",
  "{whose} clock agrees with the platform's": "{whose}时钟与平台一致",
  "{whose} clock is {time} behind the platform's": "{whose}时钟比平台慢 {time}",
  "{whose} clock is {time} ahead of the platform's": "{whose}时钟比平台快 {time}",
  "{found}, and it accepts timestamps within {minutes} minutes only":
    "{found}，而平台只接受 {minutes} 分钟以内的时间戳",
  "Let NTP set the clock of the machine that Redis runs on: Bida goes by it.":
    "请用 NTP 校准 Redis 所在机器的时钟：必达以它为准。",

  // Accounts that have left
  "has left the configuration; deliveries that wait, and end unconfigured at their deadlines: {waiting}":
    "已不在配置中，还有 {waiting} 条投递在等待；到截止时间会以“账号未配置”结束",
  'Put accounts.{account} back into the configuration, or end them now: bida account retire {account} --force --note "…"; nothing is sent for it.':
    '请把 accounts.{account} 放回配置，或者立即结束：bida account retire {account} --force --note "…"；不会再为它发送。',
  "has left the configuration; dead letters that it left: {dead}": "已不在配置中，留下 {dead} 条死信",
  'Discard them: bida dead discard --account {account}; to replay them, put the account back; if they concern nobody: bida account retire {account} --note "…".':
    '丢弃：bida dead discard --account {account}；要重投，请先把账号放回配置；与任何人都无关时：bida account retire {account} --note "…"。',

  // Intake and outboxes
  "orders that were refused and kept: {refused}": "有 {refused} 条订单被拒绝，已留存",
  "bida intake refused shows what is wrong with each; their producers have to write them again.":
    "bida intake refused 显示每一条的错误；需要生产者重新写入。",
  "orders that wait in it: {waiting}": "有 {waiting} 条订单在等待",
  "Start bida intake, or a worker (intake.inWorker); if one runs, look at the account's backlog: bida accounts.":
    "请启动 bida intake，或者一个 worker（intake.inWorker）；如果已在运行，请看账号的积压：bida accounts。",
  "cannot be read: {why}": "无法读取：{why}",
  "Check its redis.url, and the rights in docs/intake.md.":
    "请检查它的 redis.url，以及 docs/intake.md 中的权限。",
  "Check outboxes.{name} and the user's rights; deploy/sql/ has the table {table}, and docs/outbox.md the rights.":
    "请检查 outboxes.{name} 和数据库用户的权限；表 {table} 的定义在 deploy/sql/，权限见 docs/outbox.md。",
  "its table cannot be used: {why}": "无法使用它的表：{why}",
  "no row waits": "没有等待的行",
  "rows that wait: {waiting}": "有 {waiting} 行在等待",
  "rows that wait: {waiting}, the oldest for {time}": "有 {waiting} 行在等待，最早的已等 {time}",
  "Start bida outbox; if one runs, look at its log and at the account's backlog: bida accounts.":
    "请启动 bida outbox；如果已在运行，请看它的日志和账号的积压：bida accounts。",
  "SELECT id, errors FROM {table} WHERE status = 'refused' shows what is wrong in each; correct it and set status = 'waiting', or delete it.":
    "SELECT id, errors FROM {table} WHERE status = 'refused' 显示每一行的错误；更正后置 status = 'waiting'，或者删除。",
  "rows that were refused: {refused}": "有 {refused} 行被拒绝",
  "its table is that of the outbox {owner}, by another name of the same database":
    "它的表就是发件箱 {owner} 的表，只是用了同一个数据库的另一个名字",
  "Remove outboxes.{name}: a row's key contains the outbox's name, so two outboxes can deliver a row twice.":
    "请删除 outboxes.{name}：行的键包含发件箱的名字，两个发件箱可能把同一行投递两次。",
  "{most} or more": "{most} 或更多",
  "rows that no relay serves (an unknown status, no delivery_id, or no lane_part): {count}":
    "有 {count} 行没有任何转发进程处理：状态未知，或者没有 delivery_id，或者没有 lane_part",
  "SELECT id, status, delivery_id, lane_part FROM {table} WHERE {condition} shows them. A new row has the status 'waiting'; set that where the order is to be sent. The table in deploy/sql/ keeps such rows out: it has a CHECK on status, and computes lane_part.":
    "SELECT id, status, delivery_id, lane_part FROM {table} WHERE {condition} 可以列出它们。新行的状态是 'waiting'；订单需要发送的行请置为它。deploy/sql/ 中的表不会有这样的行：它对 status 有 CHECK，并自己计算 lane_part。",

  // The way to a platform
  "{origin} through the proxy {proxy}": "{origin}（经代理 {proxy}）",
  "{place} can be reached": "{place} 可以连通",
  "{place} cannot be reached: {why}": "{place} 无法连通：{why}",
  "{advice}: accounts.{field} is {origin}.": "{advice}：accounts.{field} 是 {origin}。",
  "{advice}: accounts.{field} is {origin}, the proxy is that of {proxy}.":
    "{advice}：accounts.{field} 是 {origin}，代理来自 {proxy}。",
  "Check the network path": "请检查网络路径",
  "Write the proxy's user and password into its URL, percent-encoded":
    "请把代理的用户名和密码写进它的 URL（百分号编码）",
  "Ask the proxy's operators to allow this destination": "请联系代理的运维放行该目标地址",
  "Is it an HTTP proxy? Look at its address": "它是 HTTP 代理吗？请检查地址",
  "A name does not resolve; correct the name, or this machine's DNS":
    "域名无法解析；请更正域名，或检查本机的 DNS",
  "A name does not resolve now; look at this machine's DNS": "域名暂时无法解析；请检查本机的 DNS",
  "Nothing listens there; correct the address, or start the service":
    "该地址没有服务在监听；请更正地址，或启动相应的服务",
  "Nothing answers; ask to have the firewall opened": "没有任何应答；请申请开通防火墙",
  "There is no route; ask the network's operators for one": "没有路由；请申请开通网络",
  "It accepts connections and does not answer; ask its operators": "能建立连接但不应答；请联系对方运维",
  "Its certificate has expired; ask its operators": "证书已过期；请联系对方运维",
  "Its certificate is for another name; correct the address, or ask its operators":
    "证书属于另一个域名；请更正地址，或联系对方运维",
  "Its certificate is not known here; name its authority with caFile, or NODE_EXTRA_CA_CERTS":
    "本机不信任该证书；请用 caFile 或 NODE_EXTRA_CA_CERTS 指定其 CA",
  "It does not speak TLS there; look at scheme and port of the address":
    "该端口不是 TLS；请检查地址的协议和端口",
  "its keys were not tested: the platform has no call that changes nothing":
    "没有测试密钥：该平台没有不改变数据的接口",
  "the platform accepts its {fields}": "平台接受它的 {fields}",
  "the platform refuses its {fields} ({why})": "平台拒绝它的 {fields}（{why}）",
  "appId and appSecret": "appId 和 appSecret",
  "eid and resGroupSecret": "eid 和 resGroupSecret",
  "Correct {fields} of accounts.{account}: compare them with the platform's own pages, and look for spaces.":
    "请更正 accounts.{account} 的 {fields}：与平台页面上的对照，并留意空格。",
  "its {fields} could not be tested ({why})": "无法测试它的 {fields}（{why}）",
  "Try again in a minute; if it stays so, ask the platform's operators.":
    "请一分钟后再试；如果仍是这样，请联系平台运维。",

  // Progress
  "nothing blocks it; deliveries under way: {backlog}": "一切正常；{backlog} 条投递进行中",
  "is paused until somebody resumes it: nothing is sent or checked": "已暂停，恢复之前不发送也不核实",
  "When that is over: bida accounts resume {account}": "结束后请执行：bida accounts resume {account}",
  "is held: the platform refused its credentials, and its deliveries wait; it is tried again {when}":
    "已挂起：平台拒绝凭据，投递在等待；下次尝试：{when}",
  "Correct the secrets of accounts.{account} and restart the workers; they probe once a minute.":
    "请更正 accounts.{account} 的密钥并重启 worker；worker 每分钟试探一次。",
  "most calls to its platform failed; no calls are made, and one is tried {when}":
    "对平台的调用大多失败，熔断已打开；下次尝试：{when}",
  "most sends to its platform failed while checks were answered; nothing is sent, and one send is tried {when}":
    "对平台的发送大多失败，而核实有应答，发送已熔断；下次尝试发送：{when}",
  "most checks on its platform failed while sends were answered; nothing is checked, and one check is tried {when}":
    "对平台的核实大多失败，而发送有应答，核实已熔断；下次尝试核实：{when}",
  "Nothing is lost: ask the platform's operators, and wait.": "不会丢失任何投递：请联系平台运维，并等待。",
  "the platform asks for fewer calls": "平台要求减少调用",
  "Nothing is lost: wait, or ask the platform's operators for a higher limit and lower the account's rate.":
    "不会丢失任何投递：请等待，或者请平台运维提高限额，并调低账号的速率。",
  "the platform says that it is busy": "平台表示繁忙",
  "Nothing is lost: wait, or ask the platform's operators.": "不会丢失任何投递：请等待，或联系平台运维。",
  "the platform could not be reached": "无法连通平台",
  "Check the network path; see what doctor found above.": "请检查网络路径，见上面 doctor 的结果。",
  "the platform refused the credentials": "平台拒绝凭据",
  "Compare the account's secrets with the platform's.": "请把账号的密钥与平台上的对照。",
  "deliveries that wait because {why}: {many}; the last is tried again {when}":
    "{many} 条投递在等待，因为{why}；最晚一条的下次尝试：{when}",
  "deliveries that wait because {why} ({detail}): {many}; the last is tried again {when}":
    "{many} 条投递在等待，因为{why}（{detail}）；最晚一条的下次尝试：{when}",
  "sent deliveries that wait for their checks, which the platform or its limits delay: {many} ({names}); the last check is due {when}":
    "{many} 条已发出的投递等待核实，因平台或其限额而推迟：{names}；最晚一条的核实时间：{when}",
  "Nothing is lost: wait, or ask the platform's operators for a higher limit.":
    "不会丢失任何投递：请等待，或者请平台运维提高限额。",
  "makes no progress: a delivery that was due to be sent has waited for {time}":
    "没有进展：有一条到期应发送的投递已等待 {time}",
  "makes no progress: a delivery whose check was due has waited for {time}":
    "没有进展：有一条到期应核实的投递已等待 {time}",
  "Start a worker (bida worker), or look into the log of the one that runs.":
    "请启动 worker（bida worker），或者查看正在运行的 worker 的日志。",
  "for {time} no process has trimmed or deleted ended deliveries, so they fill Redis":
    "已有 {time}没有进程精简或清除已结束的投递，它们会占满 Redis",
  "mirror from {from} to {to}": "镜像 {from} → {to}",
  "no process has looked for new messages for {time}": "已有 {time}没有进程查看新消息",
  "no process has looked for new messages yet": "还没有进程查看过新消息",
  "Start bida mirror, or look into the log of the one that runs.":
    "请启动 bida mirror，或查看正在运行的镜像进程的日志。",
  "a callback has been due for {time}": "有一条回调已到期 {time}，尚未通知",
  "Start the callback worker: bida callback": "请启动通知业务系统的进程：bida callback",
  "callbacks that failed several times, and are tried again for a day: {count}":
    "{count} 条回调多次失败，会继续重试，最多一天",
  "Look at their receiver: the log of bida callback has what it answered, as callback.tried; bida status ID --callback has the address.":
    "请检查接收方：它的答复在 bida callback 的日志里，事件 callback.tried；地址见 bida status ID --callback。",
  "deliveries that wait behind dead letters in their lanes: {waiting}; such lanes: {lanes}":
    "{lanes} 个顺序队列的队首成为死信，后面有 {waiting} 条投递在等待",
  "Replay or discard the heads; look at the latest with: bida dead show {id}":
    "请重投或丢弃队首；最近一条：bida dead show {id}",
  "dead letters that wait for a person: {dead}": "{dead} 条死信等待人工处理",
  "See what to mend first: bida dead groups --account {account}":
    "先处理哪些，请看：bida dead groups --account {account}",
  "its platform shows schedules with other texts or times than were sent: {kinds}":
    "平台显示的日程与发送的不同：{kinds}",
  "If only the form changes, nothing need be done. If characters are lost, send texts without them: otherwise no check can settle a lost answer.":
    "只是形式变化时不必处理。会丢失字符时，请不要发送这些字符：否则应答丢失后，无法凭平台显示的内容判定。",

  // Redis
  "refuses every write: it cannot write to its disk": "拒绝一切写入：无法写入磁盘",
  "refuses every write: too few replicas follow it (min-replicas-to-write)":
    "拒绝一切写入：副本太少（min-replicas-to-write）",
  "Bring its replicas back, or lower min-replicas-to-write.": "请恢复副本，或调低 min-replicas-to-write。",
  "is still loading its data": "还在加载数据",
  "Wait: INFO persistence says how far it is.": "请等待：进度见 INFO persistence。",
  "is busy with a long script": "正在执行一个很长的脚本",
  "End that script with SCRIPT KILL, and see who runs it.": "请用 SCRIPT KILL 结束该脚本，并查清是谁在执行。",
  "is a replica that has lost its master": "是副本，且已与主节点断开",
  "cannot be reached: {why}": "无法连通：{why}",
  "cannot be reached: {why} ({code})": "无法连通：{why}（{code}）",
  "{mend}; the configuration names {hosts}.": "{mend}；配置中是 {hosts}。",
  "refuses us": "拒绝访问",
  "does not answer in time": "没有及时应答",
  "Look at Redis: it may not speak TLS there (then write redis://), or a firewall may be in between; the configuration names {hosts}.":
    "请检查 Redis：该端口可能不是 TLS（那就写 redis://），或者中间有防火墙；配置中是 {hosts}。",
  "Look at Redis: it may want TLS there (then write rediss://), or a firewall may be in between; the configuration names {hosts}.":
    "请检查 Redis：该端口可能要求 TLS（那就写 rediss://），或者中间有防火墙；配置中是 {hosts}。",
  "its name does not resolve": "域名无法解析",
  "Correct the host's name, or look at this machine's DNS": "请更正主机名，或检查本机的 DNS",
  "nothing listens there": "该地址没有服务在监听",
  "Start Redis, or correct host and port": "请启动 Redis，或更正主机和端口",
  "there is no route to it": "没有路由",
  "Ask the network's operators for a route": "请申请开通网络",
  "it does not speak TLS there": "该端口不是 TLS",
  "Write redis:// in place of rediss://, or name the port on which it does":
    "请把 rediss:// 改为 redis://，或写 TLS 的端口",
  "its certificate has expired": "证书已过期",
  "Renew Redis' certificate": "请更新 Redis 的证书",
  "its certificate is not known here": "本机不信任该证书",
  "Name its authority: redis.caFile, or NODE_EXTRA_CA_CERTS":
    "请指定其 CA：redis.caFile 或 NODE_EXTRA_CA_CERTS",
  "its certificate is for another name": "证书属于另一个域名",
  "Connect by a name that the certificate has": "请用证书中的域名连接",
  "it cuts the connection": "连接被它切断",
  "See whether it has too many clients (maxclients), or a proxy in between cuts connections; it may want TLS there (then write rediss://)":
    "请检查连接数是否已满（maxclients），或中间的代理是否切断连接；也可能要求 TLS（请写 rediss://）",
  "it has no such database": "没有这个编号的数据库",
  "redis.url: Redis has no database of that number (`databases` in redis.conf says how many there are)":
    "redis.url：Redis 没有这个编号的数据库（数量见 redis.conf 的 `databases`）",
  "accounts.{account}.platform: {deliveries} deliveries of {before} are unfinished or dead in this account, and {platform} could neither send nor check them; write {before} again, or give the account of {platform} another name":
    "accounts.{account}.platform：该账号还有 {before} 的 {deliveries} 条投递未结束或为死信，{platform} 既不能发送也不能核实；请改回 {before}，或给 {platform} 的账号另起名称",
  "Redis is too old: version {version}; install Redis 6.2 or newer":
    "Redis 版本过旧：{version}；请安装 Redis 6.2 或更新版本",
  "Redis has no command {commands}: it renames or switches off commands (rename-command), or a proxy in between does not know them; Bida needs them":
    "Redis 没有命令 {commands}：可能被改名或禁用（rename-command），或中间的代理不认识；必达需要这些命令",
  "Redis' user lacks rights ({commands}); Bida needs: ACL SETUSER <user> {rights}":
    "Redis 用户缺少权限（{commands}）；必达需要：ACL SETUSER <user> {rights}",
  "Redis' user lacks rights; Bida needs: ACL SETUSER <user> {rights}":
    "Redis 用户缺少权限；必达需要：ACL SETUSER <user> {rights}",
  "Redis refuses the user or the password that redis.url names (WRONGPASS)":
    "Redis 拒绝 redis.url 中的用户或密码（WRONGPASS）",
  "Redis refuses the user or the password that redis.url names (WRONGPASS).":
    "Redis 拒绝 redis.url 中的用户或密码（WRONGPASS）。",
  "Redis wants a password (NOAUTH); put it into redis.url: redis://:<password>@host:port":
    "Redis 要求密码（NOAUTH）；请写入 redis.url：redis://:<password>@host:port",
  "Redis wants a password (NOAUTH); put it into redis.url: redis://:<password>@host:port.":
    "Redis 要求密码（NOAUTH）；请写入 redis.url：redis://:<password>@host:port。",
  "has {connected} replicas; redis.waitReplicas asks for {wanted}":
    "有 {connected} 个副本；redis.waitReplicas 要求 {wanted} 个",
  "has {connected} replicas, and redis.waitReplicas asks for {wanted}: new schedules are not sent":
    "只有 {connected} 个副本，而 redis.waitReplicas 要求 {wanted} 个：新的日程不会发送",
  "Bring its replicas back, or lower redis.waitReplicas.": "请恢复副本，或调低 redis.waitReplicas。",
  "answers; version {version}": "有应答；版本 {version}",
  "is too old: version {version}": "版本过旧：{version}",
  "Install Redis 6.2 or newer: older ones lack commands that Bida uses.":
    "请安装 Redis 6.2 或更新的版本：旧版本缺少必达用到的命令。",
  "is a replica: it accepts no writes, so nothing is acknowledged or saved":
    "是副本，不接受写入：什么都不会被受理或保存",
  "Name the master, or a name that leads to it; after a failover, look where that name leads.":
    "请配置主节点，或指向主节点的名称；故障切换之后，请确认该名称指向哪里。",
  "evicts nothing": "不会驱逐数据",
  "may evict deliveries when memory runs out (maxmemory-policy {policy})":
    "内存不足时可能驱逐投递数据（maxmemory-policy {policy}）",
  "Set maxmemory-policy to noeviction, with CONFIG SET and in redis.conf.":
    "请把 maxmemory-policy 设为 noeviction：用 CONFIG SET，并写入 redis.conf。",
  "runs without AOF: a crash may lose acknowledged deliveries": "没有开启 AOF：崩溃可能丢失已受理的投递",
  "Set appendonly to yes, with CONFIG SET and in redis.conf.":
    "请把 appendonly 设为 yes：用 CONFIG SET，并写入 redis.conf。",
  "cannot write its AOF": "无法写入 AOF",
  "Make room on its disk, and look into Redis' log.": "请腾出磁盘空间，并查看 Redis 的日志。",
  "writes an AOF": "正在写 AOF",
  "has used {percent} % of its memory": "内存已用 {percent} %",
  "answers only after {ms} ms": "{ms} 毫秒后才应答",
  "answers only after {ms} ms: sends hardly leave in time": "{ms} 毫秒后才应答：几乎没有发送能及时发出",
  "Run the workers near Redis, and look at the network and at SLOWLOG GET.":
    "请让 worker 靠近 Redis 运行，并查看网络和 SLOWLOG GET。",
  "has used {percent} % of its memory: new orders are refused": "内存已用 {percent} %：新订单被拒绝",
  "Raise maxmemory, with CONFIG SET and in redis.conf; docs/runbooks/redis.md has other ways.":
    "请调高 maxmemory：用 CONFIG SET，并写入 redis.conf；其他办法见 docs/zh/runbooks/redis.md。",
  "Raise maxmemory: when it is full, nothing more is acknowledged.": "请调高 maxmemory：用满之后不再受理。",
  "is paused until {moment}: nothing is sent or checked": "已暂停至 {moment}，期间不发送也不核实",

  // Workers
  workers: "进程",
  "no worker sends and confirms: acknowledged deliveries wait":
    "没有 worker 在发送和核实：已受理的投递都在等待",
  "Start a worker: bida worker": "请启动 worker：bida worker",
  "one process sends and confirms": "1 个进程在发送和核实",
  "{count} processes send and confirm": "{count} 个进程在发送和核实",
  "{role} on {host}, process {pid}, is not ready: {why}": "{host} 上的 {role}（进程 {pid}）尚未就绪：{why}",
  "one process runs with another configuration than this one: {names}": "1 个进程使用的不是这份配置：{names}",
  "{count} processes run with another configuration than this one: {names}":
    "{count} 个进程使用的不是这份配置：{names}",
  "Let them read it (SIGHUP, or a restart); why a process refuses it is in its log, as config.refused.":
    "请让它们重新读取（SIGHUP 或重启）；进程拒绝这份配置的原因在它的日志里，事件 config.refused。",
  "If it stays so, look into its log.": "如果一直如此，请查看它的日志。",

  // Alerts
  "are sent to {receivers}": "会通知 {receivers}",
  "these keys in Redis hold values of the wrong type, and its work stops at them: {keys}":
    "Redis 中的这些键存放了错误类型的值，相关工作无法继续：{keys}",
  "Something else writes under the prefix {prefix}: stop it, rename these keys, and bring back what they held from a backup.":
    "有其他程序在前缀 {prefix} 下写入：请停止它，给这些键改名，并从备份恢复原来的内容。",
  "no process has checked yet whether there is something to report": "还没有进程检查过是否需要告警",
  "for {time} no process has checked whether there is something to report":
    "已有 {time}没有进程检查是否需要告警",
  "{receiver} did not accept its last message: {why}": "{receiver} 没有收下最近一条消息：{why}",
  "Compare its url and secret in alerts.to with the robot's settings, which must allow the keyword Bida and this machine's address.":
    "请对照机器人的设置核对 alerts.to 里的 url 和 secret；机器人的安全设置须放行关键词 Bida 和本机 IP。",
} as const;
