-- Leases the bulk action that is due for its next round.
--
-- KEYS[1]  base of the actions' keys
-- ARGV     src/storage/scripts.ts, LEASE_ACTION, then the ids of those that the caller cannot read
-- Returns  {now, next due or ""} | {now, next due or "", id, action JSON, version, changed rate or "", was due}
--
-- A leased action falls due again when its lease runs out, so that another process goes on when one has died in
-- the middle of a round.
-- include lib/clock
local base = KEYS[1]
local due = base .. "due"
local passed, passed_count = {}, 0
for i = FIRST, #ARGV do
  passed[ARGV[i]] = true
  passed_count = passed_count + 1
end

-- The first one that the caller can read, and when it is due.
local function first_due()
  local firsts = redis.call("ZRANGE", due, 0, passed_count, "WITHSCORES")
  for i = 1, #firsts, 2 do
    if not passed[firsts[i]] then
      return firsts[i], firsts[i + 1]
    end
  end
  return nil, nil
end

local id, due_at = first_due()
if not id or tonumber(due_at) > now then
  return { now, due_at or "" }
end
local fields = redis.call("HMGET", base .. "a:" .. id, "action", "version", "rate")
if not fields[1] then
  redis.call("ZREM", due, id)
  return { now, tostring(now) }
end
redis.call("ZADD", due, now + tonumber(lease_ms), id)
local _, next_due_at = first_due()
return { now, next_due_at or "", id, fields[1], fields[2], fields[3] or "", due_at }
