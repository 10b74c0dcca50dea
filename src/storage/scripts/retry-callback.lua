-- Makes a callback that was given up due again, now.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, RETRY_CALLBACK
-- Returns  1, or 0 if it is not, or no longer, given up, or its delivery is gone
-- include lib/clock
local base = KEYS[1]
local record = base .. "d:" .. id
local stored = redis.call("HGET", record, "callbackState")
if redis.call("ZREM", base .. "callback:dead", id) == 0 or not stored then
  return 0
end
local state = cjson.decode(stored)
state.status = "due"
redis.call("HSET", record, "callbackState", cjson.encode(state))
redis.call("ZADD", base .. "callback:due", now, id)
return 1
