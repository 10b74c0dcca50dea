-- Discards a dead letter: it leaves the dead letters and its lane, its record stays until the retention.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 expected version, 3 reason, 4 lane or "", 5 timeline cap, 6 lane recheck in ms,
--          7 state JSON, 8… timeline entries
-- Returns  {"saved", now, promoted id or "", its priority} | {"stale"} | {"gone"}
--
-- Invariant: another version changes nothing.
-- include leave-lane
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local version = redis.call("HGET", record, "version")
if not version then
  return { "gone" }
end
if version ~= ARGV[2] then
  return { "stale" }
end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HSET", record, "state", ARGV[7], "version", version + 1)
redis.call("ZREM", base .. "status:dead", id)
if ARGV[3] ~= "" then
  redis.call("ZREM", base .. "reason:" .. ARGV[3], id)
end
redis.call("ZADD", base .. "status:discarded", now, id)

local timeline = base .. "t:" .. id
if redis.call("RPUSH", timeline, unpack(ARGV, 8)) > tonumber(ARGV[5]) then
  redis.call("LTRIM", timeline, -tonumber(ARGV[5]), -1)
end

local promoted, priority = "", "0"
if ARGV[4] ~= "" then
  promoted, priority = leave_lane(base, id, ARGV[4], now, tonumber(ARGV[6]))
end
return { "saved", now, promoted, priority }
