-- Replays a dead letter: its record lives again, in its old place of its lane if it still has one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 expected version, 3 state JSON, 4 request JSON, 5 new status, 6 createdAt, 7 "send" |
--          "check", 8 when, 9 old reason, 10 lane or "", 11 deadline, 12 lane recheck in ms, 13 timeline
--          cap, 14 new payload of an edit or "", 15… timeline entries
-- Returns  {"saved", now, 1 if it is its lane's head or has none} | {"stale"} | {"gone"}
--
-- Invariants: another version changes nothing; record, lists and lane change together; the original
-- payload of every edit stays with the record.
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "version", "originals", "payload")
if not fields[1] then
  return { "gone" }
end
if fields[1] ~= ARGV[2] then
  return { "stale" }
end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HSET", record, "state", ARGV[3], "request", ARGV[4], "version", fields[1] + 1)
redis.call("HDEL", record, "sending", "leases", "callbackState")
if ARGV[14] ~= "" then
  -- Between two payloads stands a sign that no JSON can have: they are as their producers broke them into lines.
  local before = fields[3] or ""
  local originals = fields[2] and (fields[2] .. "\30" .. before) or before
  redis.call("HSET", record, "originals", originals, "payload", ARGV[14])
end

-- What the producer was to be told of is over; it is told again when the replay ends.
redis.call("ZREM", base .. "callback:due", id)
redis.call("ZREM", base .. "callback:dead", id)
redis.call("ZREM", base .. "status:dead", id)
redis.call("ZREM", base .. "status:discarded", id)
if ARGV[9] ~= "" then
  redis.call("ZREM", base .. "reason:" .. ARGV[9], id)
end
redis.call("ZADD", base .. "status:" .. ARGV[5], ARGV[6], id)

-- A held head keeps its place; what has left its lane queues up again at its end.
local rank = 0
if ARGV[10] ~= "" then
  local lane = base .. "lane:" .. ARGV[10]
  if not redis.call("ZSCORE", lane, id) then
    redis.call("ZADD", lane, redis.call("INCR", base .. "seq"), id)
  end
  rank = redis.call("ZRANK", lane, id)
end
if ARGV[7] == "check" then
  redis.call("ZADD", base .. "confirm:due", ARGV[8], id)
else
  local due = tonumber(ARGV[8])
  if rank == 1 then
    due = math.min(now + tonumber(ARGV[12]), tonumber(ARGV[11]))
  elseif rank > 1 then
    due = tonumber(ARGV[11])
  end
  redis.call("ZADD", base .. "send:due", due, id)
end

local timeline = base .. "t:" .. id
local length = redis.call("RPUSH", timeline, unpack(ARGV, 15))
if length > tonumber(ARGV[13]) then
  redis.call("LTRIM", timeline, -tonumber(ARGV[13]), -1)
end
return { "saved", now, rank == 0 and 1 or 0 }
