-- Forgets ended deliveries that are older than the retention, by Redis' clock.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 status, 2 retention in ms, of a record after its end and of its key after that, 3 most ids,
--          4 how long a receipt is known under its key, in ms
-- Returns  how many were forgotten
-- include lib/index
-- include lib/lookup
-- include keep-receipt
-- include lib/forget-record
local base = KEYS[1]
local index = base .. "status:" .. ARGV[1]
local time = redis.call("TIME")
local ended_before = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[2])
local ids = redis.call("ZRANGEBYSCORE", index, "-inf", "(" .. string.format("%.0f", ended_before), "LIMIT", 0, ARGV[3])
for _, id in ipairs(ids) do
  zrem(index, id)
  forget_record(base, id, ARGV[2], ARGV[4])
end
flush()
return #ids
