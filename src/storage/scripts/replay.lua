-- Replays a dead letter: its record lives again, in its old place of its lane if it still has one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, REPLAY
-- Returns  {"saved", 1 if whoever asked is to ring} | {"stale"} | {"gone"}
--
-- Invariants: another version changes nothing; record, lists and lane change together; the original
-- payload of every edit stays with the record.
-- include lib/clock
-- include lib/index
-- include lib/to-send
-- include lib/timeline
-- include lib/groups
-- include lib/lookup
-- include lib/count
local base = KEYS[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "version", "originals", "timeline", "family", "mark", "payload", "group", "recipients")
if not fields[1] then
  return { "gone" }
end
if fields[1] ~= version then
  return { fields[5] == saver and "saved" or "stale", 0 }
end

redis.call("HSET", record, "state", state, "request", request, "version", string.format("%.0f", version + 1))
redis.call("HSET", record, "mark", saver, "deadline", deadline, "timeline", add_to_story(fields[3], entries))
redis.call("HDEL", record, "leases", "late", "suspect", "callbackState", "action")
if action ~= "" then
  redis.call("HSET", record, "action", action)
end
if payload ~= "" then
  -- Between two payloads stands a sign that no JSON can have: they are as their producers broke them into lines.
  local before = fields[6] or ""
  local originals = fields[2] and (fields[2] .. "\30" .. before) or before
  redis.call("HSET", record, "originals", originals, "payload", payload)
end

-- What the producer was to be told of is over; it is told again when the replay ends.
redis.call("ZREM", base .. "callback:due", id)
redis.call("ZREM", base .. "callback:dead", id)
zrem(base .. "status:dead", id)
zrem(base .. "status:discarded", id)
if reason ~= "" then
  zrem(base .. "reason:" .. reason, id)
end
if fields[7] then
  leave_group(base, id, fields[7])
end
-- An edit may address others.
if recipients ~= (fields[8] or "") then
  leave_lookup(base, id, fields[8])
  list_recipients(base, id, created_at, recipients)
  redis.call("HSET", record, "recipients", recipients)
end
zadd(base .. "status:" .. to, created_at, id)
zadd(base .. "deadlines", deadline, id)
if priority ~= "0" then
  redis.call("HSET", base .. "send:priority", id, priority)
end

-- A held head keeps its place; what has left its lane queues up again at its end.
if lane ~= "" and not redis.call("ZSCORE", base .. "lane:" .. lane, id) then
  redis.call("ZADD", base .. "lane:" .. lane, redis.call("INCR", base .. "seq"), id)
end
if lane ~= "" then
  look_at_lane(base, lane, now)
end
local is_due = false
if step == "check" then
  zadd(base .. "confirm:due", at, id)
else
  is_due = wait_to_be_sent(base, id, { lane = lane, family = fields[4] or "" }, at, now)
end
count(base, now, "replayed")
flush()
return { "saved", is_due and wake(base) or 0 }
