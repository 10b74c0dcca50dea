-- Ends a delivery whose stored record does not parse: dead "invalid", the old record kept for a person.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, END_UNREADABLE
-- Returns  {"saved", 1 if the caller is to ring} | {"gone"}
--
-- Invariants: the lane stays on the record, so that a discard releases a held lane. A delivery whose timeline
-- has sends holds its lane: what was sent may still arrive, and the time of the send cannot be read.
-- include lib/clock
-- include lib/version
-- include lib/index
-- include lib/to-send
-- include lib/timeline
-- include lib/groups
-- include lib/count
local base = KEYS[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "request", "state", "lane", "family", "timeline", "version")
if not fields[1] and not fields[2] then
  return { "gone" }
end
-- A repeat of the same call, by a connection that broke: the old record is kept already.
if fields[2] == state then
  return { "saved", 1 }
end
local lane = fields[3]
-- The text is extended, not decoded and encoded: cjson turns an empty list into an object.
local readable = lane and string.sub(request, 1, -2) .. ',"lane":' .. cjson.encode(lane) .. "}" or request
-- Lists are written before the record, and additions before removals: where Redis refuses a command, the record
-- stays unreadable, and the next worker that reads it ends it.
zadd(base .. "status:dead", now, id)
zadd(base .. "reason:invalid", now, id)
-- A callback is due, as after every end.
local is_told = redis.call("HEXISTS", record, "callback") == 1
if is_told then
  zadd(base .. "callback:due", now, id)
end
for _, status in ipairs({ "queued", "retrying", "confirming" }) do
  zrem(base .. "status:" .. status, id)
end
for _, list in ipairs({ "send:leases", "confirm:due", "confirm:leases", "deadlines" }) do
  zrem(base .. list, id)
end
leave_send_lists(base, id, fields[4] or "")
flush()
redis.call("HSET", record, "state", state, "request", readable, "timeline", add_to_story(fields[5], entry))
redis.call("HSET", record, "unreadableState", fields[2] or "", "unreadableRequest", fields[1] or "")
redis.call("HSET", record, "version", raised(tonumber(fields[6]) or 0, redis_time[2]))
redis.call("HDEL", record, "mark", "late", "leases", "suspect")
if is_told then
  redis.call("HDEL", record, "callbackState")
end
join_group(base, id, now, "unreadable:invalid:")
local is_due = false
if lane and leaves_lane == "1" and not has_sends(fields[5] or "") then
  is_due = leave_lane(base, id, lane, now)
elseif lane then
  look_at_lane(base, lane, now)
end
flush()
count(base, now, "dead:invalid")
return { "saved", is_due and wake(base) or 0 }
