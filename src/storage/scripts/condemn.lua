-- Ends a delivery whose stored record does not parse: dead "invalid", the old record kept for a person.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 state JSON of the dead delivery, 3 readable request JSON, 4 timeline entry
-- Returns  {"saved", now, promoted id or ""} | {"gone"}
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "request", "state")
if not fields[1] and not fields[2] then
  return { "gone" }
end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("HSET", record, "state", ARGV[2], "request", ARGV[3], "unreadableState", fields[2] or "", "unreadableRequest", fields[1] or "")
redis.call("HINCRBY", record, "version", 1)
redis.call("HDEL", record, "sending", "leases")
for _, status in ipairs({ "queued", "sending", "confirming" }) do
  redis.call("ZREM", base .. "status:" .. status, id)
end
redis.call("ZADD", base .. "status:dead", now, id)
redis.call("ZADD", base .. "reason:invalid", now, id)
for _, list in ipairs({ "send:due", "confirm:due", "confirm:leases" }) do
  redis.call("ZREM", base .. list, id)
end
redis.call("RPUSH", base .. "t:" .. id, ARGV[4])
return { "saved", now, "" }
