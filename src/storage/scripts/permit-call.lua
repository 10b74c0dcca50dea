-- Permits one call within the rate of its bucket, or says how long to wait (GCRA, Redis' clock).
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 rate bucket, 2 microseconds between two calls, 3 longest wait in ms
-- Returns  {1, ms to wait before the call} | {0, ms until asking again makes sense}
local bucket = KEYS[1] .. "rate:" .. ARGV[1]
local time = redis.call("TIME")
local now_us = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[2])
local free_at = math.max(now_us, tonumber(redis.call("GET", bucket) or "0"))
-- Not rounded up: a free rate costs no wait of a millisecond.
local wait_ms = math.floor((free_at - now_us) / 1000)
if wait_ms > tonumber(ARGV[3]) then
  return { 0, wait_ms }
end
redis.call("SET", bucket, string.format("%.0f", free_at + interval), "PX", math.ceil((free_at + interval - now_us) / 1000) + 1000)
return { 1, wait_ms }
