-- Marks an entity's check budget as used up: the platform said so, somebody else asks about it too.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, EXHAUST_BUDGET
-- Returns  0
local log = KEYS[1] .. "budget:" .. entity
local time = redis.call("TIME")
local now = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
redis.call("DEL", log)
for _ = 1, tonumber(calls) do
  redis.call("RPUSH", log, now)
end
redis.call("PEXPIRE", log, window_ms)
return 0
