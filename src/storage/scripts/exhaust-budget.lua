-- Marks an entity's check budget as used up, because the platform says so: another client asks about it too.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, EXHAUST_BUDGET
-- Returns  0
-- include lib/clock
-- include lib/budget-log
local base, window = KEYS[1], tonumber(window_ms)
-- Earlier entries no longer matter: a whole window must pass from now.
for number = math.floor(now / window) - 1, math.floor(now / window) + 1 do
  redis.call("HDEL", log_key(base, window, number), entity)
end
local log, changed = { times = {}, texts = {} }, {}
for _ = 1, tonumber(calls) do
  add_to_log(base, window, entity, log, now, changed)
end
write_logs(base, window, now, changed)
return 0
