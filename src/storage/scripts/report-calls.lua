-- Reports calls to the circuit breaker of an account and moves it on.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, REPORT_CALLS
-- Returns  {state, until, of, 1 if the state or `of` changed}; of: "all" | "sends" | "checks" | "" for none
--
-- closed ─► open (half of the last 30 s failed) ─► one probe ─► closed, or open for twice as long.
-- held: the credentials were refused; one probe a minute until they are right again.
--
-- Sends and checks are counted apart, and each has its own breaker: a platform may take no sends while it
-- answers checks. Where half of all calls fail, the breaker also opens for a kind that had no calls. A send
-- that is taken closes both; an answered check closes only that of the checks, and lets one send try at once.
-- include lib/count
-- include lib/clock
local base = KEYS[1]
local breaker = base .. "breaker"
if made ~= "0" or throttled ~= "0" then
  local counted = { calls = made }
  if throttled ~= "0" then
    counted.throttled = throttled
  end
  add_to_counters(base, now, counted)
end
local window, slots = tonumber(window_ms), 6
local width = math.max(1, math.floor(window / slots))
local slot = math.floor(now / width)

local FIELDS = { "state", "until", "openMs", "checkState", "checkUntil", "checkOpenMs" }
local known = redis.call("HMGET", breaker, unpack(FIELDS))
local function part_of(at)
  return { state = known[at] or "closed", until_at = tonumber(known[at + 1] or "0"), open_ms = tonumber(known[at + 2] or "0") }
end
local parts = { send = part_of(1), check = part_of(4) }
local function view()
  local send, check = parts.send, parts.check
  if send.state == "held" then
    return { "held", send.until_at, "all" }
  elseif send.state == "open" then
    local both = check.state == "open"
    return { "open", both and math.min(send.until_at, check.until_at) or send.until_at, both and "all" or "sends" }
  elseif check.state == "open" then
    return { "open", check.until_at, "checks" }
  end
  return { "closed", 0, "" }
end
local before = view()

local function become(part, state, until_at, open_ms)
  part.state, part.until_at, part.open_ms = state, until_at, open_ms
end
local function close(part)
  become(part, "closed", 0, 0)
end
local function open(part)
  local open_ms = part.open_ms > 0 and math.min(part.open_ms * 2, tonumber(longest_open_ms)) or tonumber(first_open_ms)
  become(part, "open", now + open_ms, open_ms)
end
local function told()
  local after = view()
  after[4] = (after[1] ~= before[1] or after[3] ~= before[3]) and 1 or 0
  return after
end
local function save()
  local send, check = parts.send, parts.check
  local values = { send.state, send.until_at, send.open_ms, check.state, check.until_at, check.open_ms }
  local pairs_of = {}
  for i, field in ipairs(FIELDS) do
    pairs_of[#pairs_of + 1], pairs_of[#pairs_of + 2] = field, values[i]
  end
  redis.call("HSET", breaker, unpack(pairs_of))
  return told()
end
local function forget()
  for i = 0, slots do
    redis.call("DEL", base .. "breaker:" .. (slot - i))
  end
end

if unauthorized == "1" then
  become(parts.send, "held", now + tonumber(hold_ms), 0)
  close(parts.check)
  redis.call("HDEL", breaker, "probeUntil", "checkProbeUntil")
  return save()
end

if probe ~= "" then
  if before[1] == "closed" then
    return told()
  end
  local concerns_all = before[1] == "held" or probe_of == "all"
  if not concerns_all and parts[probe_of].state == "closed" then
    return told()
  end
  if probe == "ok" then
    forget()
    close(parts.check)
    redis.call("HDEL", breaker, "checkProbeUntil")
    if concerns_all or probe_of == "send" then
      close(parts.send)
      redis.call("HDEL", breaker, "probeUntil")
    else
      parts.send.until_at = math.min(parts.send.until_at, now)
    end
    return save()
  end
  for kind, part in pairs(parts) do
    if concerns_all or kind == probe_of then
      open(part)
      redis.call("HDEL", breaker, kind == "send" and "probeUntil" or "checkProbeUntil")
    end
  end
  return save()
end

if before[1] == "held" or before[3] == "all" then
  return told()
end
local counters = base .. "breaker:" .. slot
local reported = { send = { calls, failures }, check = { check_calls, check_failures } }
local names = { send = { "calls", "failures" }, check = { "checkCalls", "checkFailures" } }
local has_failed = false
for kind, part in pairs(parts) do
  -- While the breaker is open only its probes count.
  if part.state == "closed" and reported[kind][1] ~= "0" then
    redis.call("HINCRBY", counters, names[kind][1], reported[kind][1])
    redis.call("HINCRBY", counters, names[kind][2], reported[kind][2])
    has_failed = has_failed or reported[kind][2] ~= "0"
  end
end
redis.call("PEXPIRE", counters, window + width)
if not has_failed then
  return told()
end
local sums = { 0, 0, 0, 0 }
for i = 0, slots - 1 do
  local seen =
    redis.call("HMGET", base .. "breaker:" .. (slot - i), "calls", "failures", "checkCalls", "checkFailures")
  for at = 1, 4 do
    sums[at] = sums[at] + tonumber(seen[at] or "0")
  end
end
local least, percent = tonumber(least_calls), tonumber(failure_percent)
local function fails(all, failed)
  return failed * 100 >= all * percent
end
local all_fail = sums[1] + sums[3] >= least and fails(sums[1] + sums[3], sums[2] + sums[4])
local opened = false
for kind, part in pairs(parts) do
  local all, failed = unpack(sums, kind == "send" and 1 or 3, kind == "send" and 2 or 4)
  if part.state == "closed" and fails(all, failed) and (all >= least or all_fail) then
    open(part)
    redis.call("HDEL", breaker, kind == "send" and "probeUntil" or "checkProbeUntil")
    opened = true
  end
end
return opened and save() or told()
