-- Leases the bulk action that is due for its next round.
--
-- KEYS[1]  base of the actions' keys
-- ARGV     src/storage/scripts.ts, LEASE_ACTION
-- Returns  {now, next due or ""} | {now, next due or "", id, action JSON, version, changed rate or ""}
--
-- A leased action falls due again when its lease runs out: a process that died in the middle of a round
-- is followed by another one.
local base = KEYS[1]
local due = base .. "due"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
if not first[1] or tonumber(first[2]) > now then
  return { now, first[2] or "" }
end
local id = first[1]
local fields = redis.call("HMGET", base .. "a:" .. id, "action", "version", "rate")
if not fields[1] then
  redis.call("ZREM", due, id)
  return { now, tostring(now) }
end
redis.call("ZADD", due, now + tonumber(lease_ms), id)
local rest = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
return { now, rest[2] or "", id, fields[1], fields[2], fields[3] or "" }
