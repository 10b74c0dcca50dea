-- Ends a delivery whose stored record does not parse: dead "invalid", the old record kept for a person.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 state JSON of the dead delivery, 3 readable request JSON, 4 timeline entry,
--          5 leaves its lane: 1 | 0, 6 lane recheck in ms
-- Returns  {"saved", now, promoted id or "", its priority} | {"gone"}
--
-- Invariant: the lane stays on the record, so that a discard lets go of a lane that is held.
-- include leave-lane
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "request", "state")
if not fields[1] and not fields[2] then
  return { "gone" }
end
local function lane_in(json)
  local parsed, old = pcall(cjson.decode, json or "")
  return parsed and type(old) == "table" and type(old.lane) == "string" and old.lane or nil
end
-- Not decoded and encoded again: cjson makes an object of an empty list.
local function with_lane(json, lane)
  return lane and string.sub(json, 1, -2) .. ',"lane":' .. cjson.encode(lane) .. "}" or json
end
local lane = lane_in(fields[2]) or lane_in(fields[1])
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("HSET", record, "state", with_lane(ARGV[2], lane), "request", with_lane(ARGV[3], lane), "unreadableState", fields[2] or "", "unreadableRequest", fields[1] or "")
redis.call("HINCRBY", record, "version", 1)
redis.call("HDEL", record, "sending", "leases")
for _, status in ipairs({ "queued", "retrying", "confirming" }) do
  redis.call("ZREM", base .. "status:" .. status, id)
end
redis.call("ZADD", base .. "status:dead", now, id)
redis.call("ZADD", base .. "reason:invalid", now, id)
for _, list in ipairs({ "send:due", "confirm:due", "confirm:leases" }) do
  redis.call("ZREM", base .. list, id)
end
redis.call("RPUSH", base .. "t:" .. id, ARGV[4])
-- Its producer is told, as of every end.
if redis.call("HEXISTS", record, "callback") == 1 then
  redis.call("HDEL", record, "callbackState")
  redis.call("ZADD", base .. "callback:due", now, id)
end
local promoted, priority = "", "0"
if lane and ARGV[5] == "1" then
  promoted, priority = leave_lane(base, id, lane, now, tonumber(ARGV[6]))
end
return { "saved", now, promoted, priority }
