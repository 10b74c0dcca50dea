-- Saves what one attempt of a callback came to. Never touches the delivery's own state.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 callback state JSON, 3 next attempt at or "", 4 "dead" | "", 5 now in ms
-- Returns  1 if it was saved, 0 if the delivery is gone
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
if redis.call("EXISTS", record) == 0 then
  redis.call("ZREM", base .. "callback:due", id)
  return 0
end
redis.call("HSET", record, "callbackState", ARGV[2])
if ARGV[3] ~= "" then
  redis.call("ZADD", base .. "callback:due", ARGV[3], id)
else
  redis.call("ZREM", base .. "callback:due", id)
end
if ARGV[4] == "dead" then
  redis.call("ZADD", base .. "callback:dead", ARGV[5], id)
else
  redis.call("ZREM", base .. "callback:dead", id)
end
return 1
