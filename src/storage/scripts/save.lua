-- Saves one decision. After its acknowledgement a delivery changes only here, or by a replay.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, SAVE
-- Returns  {"saved", 1 if the caller is to ring, version} | {"stale"} | {"gone"} |
--          {"late"}: a late receipt has arrived that this decision was made without
--
-- Invariants: a save against another version changes nothing (fencing), and a repeat of the same save changes
-- nothing; the lists always agree with the record; an unfinished delivery is in exactly one of the lists to
-- send, send:leases, confirm:due and confirm:leases, or behind its lane's head, and always in `deadlines`.
-- include lib/index
-- include lib/version
-- include lib/to-send
-- include lib/timeline
-- include lib/groups
-- include lib/lookup
-- include lib/count
-- include lib/action-fate
local base = KEYS[1]
local record = base .. "d:" .. id
local now = math.floor(now_us() / 1000)
local fields = redis.call("HMGET", record, "version", "mark", "late", "timeline", "callback", "leases", "suspect", "group", "named", "action")
local stored, mark, late, story, callback, suspicion, was_suspect, group_before, names, action = unpack(fields, 1, 10)
if not stored then
  for _, list in ipairs({ "confirm:leases", "confirm:due", "send:leases", "deadlines", "status:" .. from }) do
    redis.call("ZREM", base .. list, id)
  end
  leave_send_lists(base, id, family)
  return { "gone" }
end
if stored ~= version then
  return { mark == saver and "saved" or "stale", 0, stored }
end
local _, late_count = string.gsub(late or "", "[^\n]+", "")
if late_count ~= tonumber(late_seen) then
  return { "late" }
end

-- The lists do not agree with the record: Redis refused a part of an earlier change.
local function leave_all_lists()
  for _, status in ipairs({ "queued", "retrying", "confirming", "confirmed", "dead", "discarded", "cancelled" }) do
    zrem(base .. "status:" .. status, id)
  end
  leave_send_lists(base, id, family)
  zrem(base .. "confirm:leases", id)
  zrem(base .. "confirm:due", id)
end

local was_leased = string.sub(mark or "", 1, 2) == "L:"
local next_version = raised(version, now_us())
if entries == "" then
  redis.call("HSET", record, "state", state, "version", next_version, "mark", saver)
else
  redis.call("HSET", record, "state", state, "version", next_version, "mark", saver, "timeline", add_to_story(story, entries))
end
if late or suspicion then
  redis.call("HDEL", record, "late", "leases")
end
local is_suspect = interruptions ~= "0"
if is_suspect and was_suspect ~= interruptions then
  redis.call("HSET", record, "suspect", interruptions)
elseif was_suspect and not is_suspect then
  redis.call("HDEL", record, "suspect")
end

if was_leased then
  zrem(base .. "send:leases", id)
elseif from ~= to then
  if redis.call("ZSCORE", base .. "status:" .. from, id) then
    zrem(base .. "status:" .. from, id)
  else
    leave_all_lists()
  end
end
if was_leased or from ~= to then
  zadd(base .. "status:" .. to, score, id)
end
if reason_before ~= reason and reason_before ~= "" then
  zrem(base .. "reason:" .. reason_before, id)
end
if reason ~= "" then
  zadd(base .. "reason:" .. reason, score, id)
end
if group_before then
  leave_group(base, id, group_before)
end
if group ~= "" then
  join_group(base, id, score, group)
end
if named ~= "" then
  list_named(base, id, created_at, names, named)
end

if not was_leased and (from == "queued" or from == "retrying") then
  leave_send_lists(base, id, family)
elseif not was_leased and from == "confirming" then
  zrem(base .. "confirm:leases", id)
  zrem(base .. "confirm:due", id)
end
local is_due = false
if step == "send" then
  is_due = wait_to_be_sent(base, id, { lane = lane, family = family, is_suspect = is_suspect }, at, now)
elseif step == "check" then
  zadd(base .. "confirm:due", at, id)
end

if step ~= "end" then
  if ends_at ~= "" then
    zadd(base .. "deadlines", ends_at, id)
  end
else
  zrem(base .. "deadlines", id)
  if priority ~= "0" then
    redis.call("HDEL", base .. "send:priority", id)
  end
  -- A callback is due after each end, also after each replay. What a person does to a dead letter causes no
  -- callback, unless the platform turns out to have it.
  local was_dead = from == "dead" or from == "discarded"
  if action and not was_dead then
    count_fate(base, record, action, to)
  end
  if callback and (not was_dead or to == "confirmed") then
    redis.call("HDEL", record, "callbackState")
    redis.call("ZADD", base .. "callback:due", now, id)
    redis.call("ZREM", base .. "callback:dead", id)
  end
end
if leaves_lane == "1" and lane ~= "" then
  is_due = leave_lane(base, id, lane, now) or is_due
elseif lane ~= "" and (group ~= "" or group_before) then
  look_at_lane(base, lane, now)
end
for what in string.gmatch(counts, "%S+") do
  count(base, now, what)
end
return { "saved", is_due and wake(base) or 0, next_version }
