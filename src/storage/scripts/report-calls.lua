-- Reports calls to the circuit breaker of an account and moves it on.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, REPORT_CALLS
-- Returns  {state, until, 1 if the state changed}
--
-- closed ─► open (half of the last 30 s failed) ─► one probe ─► closed, or open for twice as long.
-- held: the credentials were refused; one probe a minute until they are right again.
local base = KEYS[1]
local breaker = base .. "breaker"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window, slots = tonumber(window_ms), 6
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

if unauthorized == "1" then
  return become("held", now + tonumber(hold_ms), 0)
end
if state ~= "closed" then
  if probe == "ok" then
    forget()
    return become("closed", 0, 0)
  end
  if probe == "failed" then
    local open_ms = tonumber(known[3] or "0")
    open_ms = open_ms > 0 and math.min(open_ms * 2, tonumber(longest_open_ms)) or tonumber(first_open_ms)
    return become("open", now + open_ms, open_ms)
  end
  return { state, tonumber(known[2]), 0 }
end

local counted = base .. "breaker:" .. slot
redis.call("HINCRBY", counted, "calls", calls)
redis.call("HINCRBY", counted, "failures", failures)
redis.call("PEXPIRE", counted, window + width)
if failures == "0" then
  return { state, 0, 0 }
end
local all_calls, all_failures = 0, 0
for i = 0, slots - 1 do
  local seen = redis.call("HMGET", base .. "breaker:" .. (slot - i), "calls", "failures")
  all_calls = all_calls + tonumber(seen[1] or "0")
  all_failures = all_failures + tonumber(seen[2] or "0")
end
if all_calls >= tonumber(least_calls) and all_failures * 100 >= all_calls * tonumber(failure_percent) then
  local open_ms = tonumber(first_open_ms)
  return become("open", now + open_ms, open_ms)
end
return { state, 0, 0 }
