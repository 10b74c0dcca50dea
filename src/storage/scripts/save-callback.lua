-- Saves the result of one attempt of a callback. Never changes the delivery's own state.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, SAVE_CALLBACK
-- Returns  1 if it was saved, 0 if the lease was lost or the delivery is gone
--
-- Invariant: fenced by the lease. A delivery that is replayed during the attempt has another callback to come,
-- which the result of this one must not remove.
local base = KEYS[1]
local record = base .. "d:" .. id
local fields = redis.call("HMGET", record, "callbackLease", "callbackState")
if redis.call("EXISTS", record) == 0 then
  redis.call("ZREM", base .. "callback:due", id)
  return 0
end
if fields[1] ~= lease or not fields[2] then
  return 0
end
redis.call("HSET", record, "callbackState", state)
redis.call("HDEL", record, "callbackLease")
if next_at ~= "" then
  redis.call("ZADD", base .. "callback:due", next_at, id)
else
  redis.call("ZREM", base .. "callback:due", id)
end
if is_dead == "1" then
  redis.call("ZADD", base .. "callback:dead", at, id)
else
  redis.call("ZREM", base .. "callback:dead", id)
end
return 1
