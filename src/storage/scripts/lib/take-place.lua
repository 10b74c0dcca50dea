-- Included by batched scripts: takes the next place in the rate of a bucket (GCRA, Redis' clock).
--
-- Returns  when the call may leave, in ms | nil, ms until asking again makes sense
--
-- The bucket is read by the first item of a call and written after its last one.
local function take_place(bucket, interval_us, longest_wait_ms)
  local now = math.floor(now_us() / 1000)
  if interval_us == 0 then
    return now
  end
  local free_at = seen[bucket] or free_place_in(bucket, now_us(), interval_us, longest_wait_ms)
  local wait_us = free_at - now_us()
  if wait_us > longest_wait_ms * 1000 then
    return nil, math.ceil(wait_us / 1000)
  end
  seen[bucket] = free_at + interval_us
  local lives_ms = math.ceil((wait_us + interval_us) / 1000) + 1000
  last[bucket] = { "SET", bucket, string.format("%.0f", seen[bucket]), "PX", lives_ms }
  -- Rounded down, so that a free rate causes no wait of a millisecond.
  return now + math.floor(wait_us / 1000)
end
