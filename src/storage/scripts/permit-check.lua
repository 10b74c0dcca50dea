-- Permits one check call of an entity, within the platform's budget for that entity and the account's
-- rate, or says how long to wait.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 hash of the entity, 2 calls, 3 per window in ms, 4 rate bucket, 5 microseconds between two
--          calls (0 = no limit), 6 longest wait for the rate in ms
-- Returns  {1, ms to wait before the call} | {0, ms until asking again makes sense}
--
-- A sliding log, not a bucket that refills: at most so many calls in *any* window. What is logged is
-- the moment of departure. Redis' clock, shared by all workers and all deliveries of the entity.
local base = KEYS[1]
local log, bucket = base .. "budget:" .. ARGV[1], base .. "rate:" .. ARGV[4]
local calls, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call("TIME")
local now_us = time[1] * 1000000 + time[2]
local now = math.floor(now_us / 1000)

local made = redis.call("LRANGE", log, 0, -1)
local oldest
local live = 0
for _, at in ipairs(made) do
  if tonumber(at) > now - window then
    live = live + 1
    oldest = oldest or tonumber(at)
  else
    redis.call("LPOP", log)
  end
end
if live >= calls then
  return { 0, math.max(1, oldest + window - now) }
end

local leave = now
local interval = tonumber(ARGV[5])
if interval > 0 then
  local free_at = math.max(now_us, tonumber(redis.call("GET", bucket) or "0"))
  if free_at - now_us > tonumber(ARGV[6]) * 1000 then
    return { 0, math.ceil((free_at - now_us) / 1000) }
  end
  redis.call("SET", bucket, string.format("%.0f", free_at + interval), "PX", math.ceil((free_at + interval - now_us) / 1000) + 1000)
  -- Not rounded up: a free rate costs no wait of a millisecond.
  leave = now + math.floor((free_at - now_us) / 1000)
end
redis.call("RPUSH", log, string.format("%.0f", leave))
redis.call("PEXPIRE", log, leave - now + window)
return { 1, leave - now }
