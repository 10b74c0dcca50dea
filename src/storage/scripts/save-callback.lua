-- Saves what one attempt of a callback came to. Never touches the delivery's own state.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 the lease's name, 3 callback state JSON, 4 next attempt at or "", 5 "dead" | "", 6 now in ms
-- Returns  1 if it was saved, 0 if the lease was lost or the delivery is gone
--
-- Invariant: fenced. A delivery that was replayed while its producer was being told has another callback to
-- come, which an answer to the one before must not take away.
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "callbackLease", "callbackState")
if redis.call("EXISTS", record) == 0 then
  redis.call("ZREM", base .. "callback:due", id)
  return 0
end
if fields[1] ~= ARGV[2] or not fields[2] then
  return 0
end
redis.call("HSET", record, "callbackState", ARGV[3])
redis.call("HDEL", record, "callbackLease")
if ARGV[4] ~= "" then
  redis.call("ZADD", base .. "callback:due", ARGV[4], id)
else
  redis.call("ZREM", base .. "callback:due", id)
end
if ARGV[5] == "dead" then
  redis.call("ZADD", base .. "callback:dead", ARGV[6], id)
else
  redis.call("ZREM", base .. "callback:dead", id)
end
return 1
