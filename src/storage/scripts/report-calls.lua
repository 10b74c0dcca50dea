-- Reports calls to the circuit breaker of an account and moves it on.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 calls, 2 failures (unreachable, unknown, 5xx), 3 probe: "" | "ok" | "failed",
--          4 unauthorized: 1 | 0, 5 window in ms, 6 least calls, 7 failures of 100 that open it,
--          8 first open time in ms, 9 longest open time in ms, 10 hold time in ms (unauthorized)
-- Returns  {state, until, 1 if the state changed}
--
-- closed ─► open (half of the last 30 s failed) ─► one probe ─► closed, or open for twice as long.
-- held: the credentials were refused; one probe a minute until they are right again.
local base = KEYS[1]
local breaker = base .. "breaker"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window, slots = tonumber(ARGV[5]), 6
local width = math.max(1, math.floor(window / slots))
local slot = math.floor(now / width)

local known = redis.call("HMGET", breaker, "state", "until", "openMs")
local state = known[1] or "closed"

local function become(next_state, until_at, open_ms)
  redis.call("HSET", breaker, "state", next_state, "until", until_at, "openMs", open_ms)
  redis.call("HDEL", breaker, "probeUntil")
  return { next_state, until_at, next_state ~= state and 1 or 0 }
end
local function forget()
  for i = 0, slots do
    redis.call("DEL", base .. "breaker:" .. (slot - i))
  end
end

if ARGV[4] == "1" then
  return become("held", now + tonumber(ARGV[10]), 0)
end
if state ~= "closed" then
  if ARGV[3] == "ok" then
    forget()
    return become("closed", 0, 0)
  end
  if ARGV[3] == "failed" then
    local open_ms = tonumber(known[3] or "0")
    open_ms = open_ms > 0 and math.min(open_ms * 2, tonumber(ARGV[9])) or tonumber(ARGV[8])
    return become("open", now + open_ms, open_ms)
  end
  return { state, tonumber(known[2]), 0 }
end

local counted = base .. "breaker:" .. slot
redis.call("HINCRBY", counted, "calls", ARGV[1])
redis.call("HINCRBY", counted, "failures", ARGV[2])
redis.call("PEXPIRE", counted, window + width)
if ARGV[2] == "0" then
  return { state, 0, 0 }
end
local calls, failures = 0, 0
for i = 0, slots - 1 do
  local seen = redis.call("HMGET", base .. "breaker:" .. (slot - i), "calls", "failures")
  calls = calls + tonumber(seen[1] or "0")
  failures = failures + tonumber(seen[2] or "0")
end
if calls >= tonumber(ARGV[6]) and failures * 100 >= calls * tonumber(ARGV[7]) then
  local open_ms = tonumber(ARGV[8])
  return become("open", now + open_ms, open_ms)
end
return { state, 0, 0 }
