-- Permits one call within the rate of its bucket, or says how long to wait (GCRA, Redis' clock).
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, PERMIT_CALL
-- Returns  {1, ms to wait before the call} | {0, ms until asking again makes sense}
local rate = KEYS[1] .. "rate:" .. bucket
local time = redis.call("TIME")
local now_us = time[1] * 1000000 + time[2]
local interval = tonumber(interval_us)
local free_at = math.max(now_us, tonumber(redis.call("GET", rate) or "0"))
-- Not rounded up: a free rate costs no wait of a millisecond.
local wait_ms = math.floor((free_at - now_us) / 1000)
if wait_ms > tonumber(max_wait_ms) then
  return { 0, wait_ms }
end
redis.call("SET", rate, string.format("%.0f", free_at + interval), "PX", math.ceil((free_at + interval - now_us) / 1000) + 1000)
return { 1, wait_ms }
