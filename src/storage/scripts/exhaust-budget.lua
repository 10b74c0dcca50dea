-- Marks an entity's check budget as used up: the platform said so, somebody else asks about it too.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, EXHAUST_BUDGET
-- Returns  0
-- include lib/clock
-- include lib/budget-log
local base, window = KEYS[1], tonumber(window_ms)
-- What left before counts no more: the whole window is to pass.
for number = math.floor(now / window) - 1, math.floor(now / window) + 1 do
  redis.call("HDEL", log_key(base, window, number), entity)
end
local log, changed = { times = {}, texts = {} }, {}
for _ = 1, tonumber(calls) do
  add_to_log(base, window, entity, log, now, changed)
end
write_logs(base, window, now, changed)
return 0
