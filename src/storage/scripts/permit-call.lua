-- Permits one call within the rate of its bucket, or says how long to wait (GCRA, Redis' clock).
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, PERMIT_CALL
-- Returns  {1, ms to wait before the call} | {0, ms until asking again makes sense}
-- include lib/free-place
-- include lib/take-place
local leave, wait = take_place(KEYS[1] .. "rate:" .. bucket, tonumber(interval_us), tonumber(max_wait_ms))
if not leave then
  return { 0, wait }
end
return { 1, leave - math.floor(now_us() / 1000) }
