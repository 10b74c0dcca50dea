-- Leases deliveries that are due for a check, and puts back what a dead worker had leased.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 most items, 2 lease in ms, 3 probe lease in ms
-- Returns  {now, next due or "", probe, id, version, leases, id, …}
--          `leases`: how often a lease on this delivery ran out before
--
-- Invariant: an id is in confirm:due or in confirm:leases, never in neither.
local base = KEYS[1]
local due, leases, breaker = base .. "confirm:due", base .. "confirm:leases", base .. "breaker"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local expired = redis.call("ZRANGEBYSCORE", leases, "-inf", now, "LIMIT", 0, 200)
for _, id in ipairs(expired) do
  redis.call("ZREM", leases, id)
  if redis.call("EXISTS", base .. "d:" .. id) == 1 then
    redis.call("ZADD", due, now, id)
    redis.call("HINCRBY", base .. "d:" .. id, "leases", 1)
  end
end

local limit, probe = tonumber(ARGV[1]), 0
local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
local first_due = first[2] and tonumber(first[2]) or nil
if not first_due or first_due > now then
  return { now, first[2] or "", 0 }
end

local gate = redis.call("HMGET", breaker, "state", "until", "probeUntil", "paused")
if gate[4] then
  return { now, tostring(now + 1000), 0 }
end
if gate[1] and gate[1] ~= "closed" then
  local wait_until = math.max(tonumber(gate[2]), tonumber(gate[3] or "0"))
  if wait_until > now then
    return { now, tostring(math.min(wait_until, now + 1000)), 0 }
  end
  limit, probe = 1, 1
  redis.call("HSET", breaker, "probeUntil", now + tonumber(ARGV[3]))
end

local found = { now, "", probe }
local ids = redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, limit)
local leased = {}
for _, id in ipairs(ids) do
  local fields = redis.call("HMGET", base .. "d:" .. id, "version", "leases")
  if fields[1] then
    leased[#leased + 1], leased[#leased + 2] = now + tonumber(ARGV[2]), id
    local at = #found
    found[at + 1], found[at + 2], found[at + 3] = id, fields[1], fields[2] or "0"
  end
end
redis.call("ZREM", due, unpack(ids))
if #leased > 0 then
  redis.call("ZADD", leases, unpack(leased))
end
local rest = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
found[2] = rest[2] or ""
return found
