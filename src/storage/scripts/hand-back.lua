-- Takes back the mark of a send that never left: a worker is leaving, or the send was not made.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 the version that begin.lua returned, 3 next attempt at
-- Returns  1 if the mark was taken back, 0 if somebody else has moved the delivery on
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
if redis.call("HGET", record, "version") ~= ARGV[2] then
  return 0
end
redis.call("HDEL", record, "sending")
redis.call("HINCRBY", record, "version", 1)
redis.call("ZADD", base .. "send:due", ARGV[3], id)
return 1
