-- Hands leased checks back, at once and for nothing: a worker is leaving.
--
-- KEYS[1]  base of the account's keys
-- ARGV     ids
-- Returns  how many were handed back
local base = KEYS[1]
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = 0
for _, id in ipairs(ARGV) do
  if redis.call("ZREM", base .. "confirm:leases", id) == 1 then
    redis.call("ZADD", base .. "confirm:due", now, id)
    count = count + 1
  end
end
return count
