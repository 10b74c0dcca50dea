-- Saves one decision: the only way a delivery changes after its acknowledgement.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 expected version, 3 state JSON, 4 old status, 5 new status, 6 score in the new
--          status' index, 7 next send at or "", 8 next check at or "", 9 reason or "", 10 old reason or
--          "", 11 lane or "" if it stays in it, 12… timeline entries
-- SHARED   1 timeline cap, 2 lane recheck in ms
-- Returns  {"saved", promoted id or "", its priority} | {"stale"} | {"gone"}
--
-- Invariants: a save against another version changes nothing (fencing); the lists can never disagree
-- with the record; an unfinished delivery stays in exactly one of send:due and confirm:due.
-- include leave-lane
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "version", "callback", "sending", "leases")
local version, callback, mark, leases = fields[1], fields[2], fields[3], fields[4]
if not version then
  redis.call("ZREM", base .. "confirm:leases", id)
  redis.call("ZREM", base .. "confirm:due", id)
  redis.call("ZREM", base .. "send:due", id)
  return { "gone" }
end
if version ~= ARGV[2] then
  return { "stale" }
end

redis.call("HSET", record, "state", ARGV[3], "version", version + 1)
if mark or leases then
  redis.call("HDEL", record, "sending", "leases")
end

if ARGV[4] ~= ARGV[5] then
  redis.call("ZREM", base .. "status:" .. ARGV[4], id)
  redis.call("ZADD", base .. "status:" .. ARGV[5], ARGV[6], id)
end
if ARGV[10] ~= ARGV[9] and ARGV[10] ~= "" then
  redis.call("ZREM", base .. "reason:" .. ARGV[10], id)
end
if ARGV[9] ~= "" then
  redis.call("ZADD", base .. "reason:" .. ARGV[9], ARGV[6], id)
end

-- A queued or retrying delivery is in send:due, a confirming one leased, or else in confirm:due.
if ARGV[7] ~= "" then
  redis.call("ZADD", base .. "send:due", ARGV[7], id)
elseif ARGV[4] ~= "confirming" then
  redis.call("ZREM", base .. "send:due", id)
end
local was_leased = ARGV[4] == "confirming" and redis.call("ZREM", base .. "confirm:leases", id) == 1
if ARGV[8] ~= "" then
  redis.call("ZADD", base .. "confirm:due", ARGV[8], id)
elseif ARGV[4] == "confirming" and not was_leased then
  redis.call("ZREM", base .. "confirm:due", id)
end

-- An ended delivery tells its producer, again after each replay.
if callback and ARGV[7] == "" and ARGV[8] == "" then
  redis.call("HDEL", record, "callbackState")
  redis.call("ZADD", base .. "callback:due", math.floor(now_us() / 1000), id)
  redis.call("ZREM", base .. "callback:dead", id)
end

if #ARGV > 11 then
  local timeline, cap = base .. "t:" .. id, tonumber(SHARED[1])
  if redis.call("RPUSH", timeline, unpack(ARGV, 12)) > cap then
    redis.call("LTRIM", timeline, -cap, -1)
  end
end

if ARGV[11] == "" then
  return { "saved" }
end
return { "saved", leave_lane(base, id, ARGV[11], math.floor(now_us() / 1000), tonumber(SHARED[2])) }
