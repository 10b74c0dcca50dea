-- Forgets ended deliveries that are older than the retention, by Redis' clock.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 status, 2 retention in ms, 3 most ids
-- Returns  how many were forgotten
local base = KEYS[1]
local index = base .. "status:" .. ARGV[1]
local time = redis.call("TIME")
local ended_before = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[2])
local ids = redis.call("ZRANGEBYSCORE", index, "-inf", "(" .. string.format("%.0f", ended_before), "LIMIT", 0, ARGV[3])
for _, id in ipairs(ids) do
  redis.call("ZREM", index, id)
  local claimed = redis.call("HGET", base .. "d:" .. id, "claimed")
  for thing in string.gmatch(claimed or "", "[^\n]+") do
    redis.call("HDEL", base .. "claims", thing)
  end
  redis.call("ZREM", base .. "callback:dead", id)
  redis.call("DEL", base .. "d:" .. id, base .. "t:" .. id)
end
return #ids
