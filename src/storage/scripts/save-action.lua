-- Saves the progress of a bulk action.
--
-- KEYS[1]  base of the actions' keys
-- ARGV     1 id, 2 expected version, 3 action JSON, 4 next round at or "", 5 ttl in ms when it has ended
-- Returns  1 if it was saved, 0 if somebody else has moved it on, or it is gone
local base, id = KEYS[1], ARGV[1]
local record = base .. "a:" .. id
if redis.call("HGET", record, "version") ~= ARGV[2] then
  return 0
end
redis.call("HSET", record, "action", ARGV[3])
redis.call("HINCRBY", record, "version", 1)
if ARGV[4] ~= "" then
  redis.call("ZADD", base .. "due", ARGV[4], id)
else
  redis.call("ZREM", base .. "due", id)
  redis.call("PEXPIRE", record, ARGV[5])
end
return 1
