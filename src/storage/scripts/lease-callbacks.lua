-- Leases callbacks that are due. A lease is the next due time itself: a worker that dies leaves the
-- callback to be due again.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 most items, 2 lease in ms
-- Returns  {now, next due or "", id, callback state JSON or "", request, state, version, id, …}
local base = KEYS[1]
local due = base .. "callback:due"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = { now, "" }
for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, ARGV[1])) do
  local fields = redis.call("HMGET", base .. "d:" .. id, "callbackState", "request", "state", "version")
  if fields[2] then
    redis.call("ZADD", due, now + tonumber(ARGV[2]), id)
    for _, value in ipairs({ id, fields[1] or "", fields[2], fields[3], fields[4] }) do
      found[#found + 1] = value
    end
  else
    redis.call("ZREM", due, id)
  end
end
local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
found[2] = first[2] or ""
return found
