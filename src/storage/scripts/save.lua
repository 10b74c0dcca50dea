-- Saves one decision: the only way a delivery changes after its acknowledgement.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 expected version, 3 state JSON, 4 old status, 5 new status, 6 score in the new
--          status' index, 7 next send at or "", 8 next check at or "", 9 reason or "", 10 old reason or
--          "", 11 lane or "", 12 leaves its lane: 1 | 0, 13 timeline cap, 14 lane recheck in ms,
--          15 request JSON or "" (edit-and-replay), 16… timeline entries
-- Returns  {"saved", now, promoted id or "", its priority} | {"stale"} | {"gone"}
--
-- Invariants: a save against another version changes nothing (fencing); the lists can never disagree
-- with the record; an unfinished delivery stays in exactly one of send:due and confirm:due.
-- include leave-lane
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "version", "callback")
local version, callback = fields[1], fields[2]
if not version then
  redis.call("ZREM", base .. "confirm:leases", id)
  redis.call("ZREM", base .. "confirm:due", id)
  redis.call("ZREM", base .. "send:due", id)
  return { "gone" }
end
if version ~= ARGV[2] then
  return { "stale" }
end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HSET", record, "state", ARGV[3], "version", version + 1)
redis.call("HDEL", record, "sending", "leases")
if ARGV[15] ~= "" then
  redis.call("HSET", record, "request", ARGV[15])
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

-- A queued or sending delivery is in send:due, a confirming one in confirm:due or leased.
if ARGV[7] ~= "" then
  redis.call("ZADD", base .. "send:due", ARGV[7], id)
elseif ARGV[4] ~= "confirming" then
  redis.call("ZREM", base .. "send:due", id)
end
if ARGV[4] == "confirming" then
  redis.call("ZREM", base .. "confirm:leases", id)
end
if ARGV[8] ~= "" then
  redis.call("ZADD", base .. "confirm:due", ARGV[8], id)
elseif ARGV[4] == "confirming" then
  redis.call("ZREM", base .. "confirm:due", id)
end

-- An ended delivery tells its producer, again after each replay.
if callback and ARGV[7] == "" and ARGV[8] == "" then
  redis.call("HDEL", record, "callbackState")
  redis.call("ZADD", base .. "callback:due", now, id)
  redis.call("ZREM", base .. "callback:dead", id)
end

if #ARGV > 15 then
  local timeline = base .. "t:" .. id
  local length = redis.call("RPUSH", timeline, unpack(ARGV, 16))
  if length > tonumber(ARGV[13]) then
    redis.call("LTRIM", timeline, -tonumber(ARGV[13]), -1)
  end
end

local promoted, priority = "", "0"
if ARGV[11] ~= "" and ARGV[12] == "1" then
  promoted, priority = leave_lane(base, id, ARGV[11], now, tonumber(ARGV[14]))
end
return { "saved", now, promoted, priority }
