-- Deletes ended deliveries that are older than the retention, by Redis' clock.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, PURGE
-- Returns  how many were deleted
-- include lib/index
-- include lib/lookup
-- include keep-receipt
-- include lib/forget-record
-- include lib/clock
local base = KEYS[1]
local index = base .. "status:" .. status
local ended_before = now - tonumber(retention_ms)
local ids = redis.call("ZRANGEBYSCORE", index, "-inf", "(" .. string.format("%.0f", ended_before), "LIMIT", 0, most)
for _, id in ipairs(ids) do
  zrem(index, id)
  forget_record(base, id, retention_ms, receipt_ms)
end
flush()
return #ids
