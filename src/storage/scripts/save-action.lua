-- Saves the progress of a bulk action.
--
-- KEYS[1]  base of the actions' keys
-- ARGV     src/storage/scripts.ts, SAVE_ACTION
-- Returns  1 if it was saved, 0 if its version has changed, or it is gone
-- include lib/clock
-- include lib/version
local base = KEYS[1]
local record = base .. "a:" .. id
if redis.call("HGET", record, "version") ~= version then
  return 0
end
redis.call("HSET", record, "action", action, "version", raised(version, redis_time[2]))
if next_at ~= "" then
  redis.call("ZADD", base .. "due", next_at, id)
else
  redis.call("ZREM", base .. "due", id)
  redis.call("PEXPIRE", record, kept_ms)
end
return 1
