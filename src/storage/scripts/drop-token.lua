-- Drops a token that the platform refused, if it is still the shared one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, DROP_TOKEN
-- Returns  1 if it was dropped, 0 if another worker has already replaced it
local key = KEYS[1] .. "token:" .. scope
local fields = redis.call("HMGET", key, "value", "refresh")
if fields[1] ~= value then
  return 0
end
redis.call("DEL", key)
redis.call("HSET", key .. ":dropped", "value", fields[1], "refresh", fields[2] or "")
redis.call("PEXPIRE", key .. ":dropped", 7200000)
return 1
