-- Included: when the next place of a rate is free, in microseconds of Redis' clock.
--
-- Nobody takes a place further ahead than the longest wait. A time that is later by seconds is from before Redis' clock
-- was set back. It does not count: the account would stand still until the clock has caught up.
local TOLERANCE_MS = 5000
local function free_place_in(bucket, now_in_us, interval_us, longest_wait_ms)
  local free_at = tonumber(redis.call("GET", bucket) or "0")
  if free_at > now_in_us + interval_us + (longest_wait_ms + TOLERANCE_MS) * 1000 then
    return now_in_us
  end
  return math.max(now_in_us, free_at)
end
