-- Permits one check call of an entity, within the platform's budget for that entity and the account's
-- rate, or says how long to wait.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, PERMIT_CHECK
-- SHARED   1 calls, 2 per window in ms, 3 rate bucket, 4 microseconds between two calls (0 = no limit),
--          5 longest wait for the rate in ms
-- Returns  {1, ms to wait before the call} | {0, ms until asking again makes sense}
--
-- A sliding log, not a bucket that refills: at most `calls` calls in *any* window. Times of departure are
-- logged, by Redis' clock, for all workers and all deliveries of the entity.
--
-- The logs of all entities are in one hash for each window of time (lib/budget-log), read by the first item of
-- a call and written after the last one.
-- include lib/free-place
-- include lib/take-place
-- include lib/budget-log
local base = KEYS[1]
local calls, window = tonumber(SHARED[1]), tonumber(SHARED[2])
local now = math.floor(now_us() / 1000)
if not seen.logs then
  local entities = {}
  for i, item in ipairs(items) do
    entities[i] = item[1]
  end
  seen.logs, seen.changed = read_logs(base, window, now, entities), {}
  ending[#ending + 1] = function()
    write_logs(base, window, now, seen.changed)
  end
end

local log = seen.logs[entity]
local oldest
local live = 0
for _, at in ipairs(log.times) do
  if at > now - window then
    live = live + 1
    oldest = math.min(oldest or at, at)
  end
end
if live >= calls then
  return { 0, math.max(1, oldest + window - now) }
end

local leave, wait = take_place(base .. "rate:" .. SHARED[3], tonumber(SHARED[4]), tonumber(SHARED[5]))
if not leave then
  return { 0, wait }
end
add_to_log(base, window, entity, log, leave, seen.changed)
return { 1, leave - now }
