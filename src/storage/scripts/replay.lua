-- Replays a dead letter: its record is active again, at its old place in its lane if it still has one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, REPLAY
-- Returns  {"saved", 1 if the caller is to ring} | {"stale"} | {"gone"}
--
-- Invariants: nothing is changed if the version differs; record, lists and lane change together; the payload
-- before each edit stays with the record.
-- include lib/clock
-- include lib/version
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

redis.call("HSET", record, "state", state, "request", request, "version", raised(version, redis_time[2]))
redis.call("HSET", record, "mark", saver, "deadline", deadline, "timeline", add_to_story(fields[3], entries))
redis.call("HDEL", record, "leases", "late", "suspect", "callbackState", "action")
if action ~= "" then
  redis.call("HSET", record, "action", action)
end
if payload ~= "" then
  -- Payloads are separated by a character that JSON cannot contain: a line end would not do, because a
  -- producer's text may have some.
  local before = fields[6] or ""
  local originals = fields[2] and (fields[2] .. "\30" .. before) or before
  redis.call("HSET", record, "originals", originals, "payload", payload)
end

-- The callback of the earlier generation is dropped; a new one is due when the replay ends.
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
-- An edit may address other recipients.
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

-- A head that holds its lane keeps its place; a delivery that has left its lane joins its end.
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
