-- Included: erases the record of an ended delivery, and every entry that leads to it. Needs lib/index,
-- lib/lookup and keep-receipt before it.
--
-- Invariant: a key that led to a record leads to its receipt afterwards (keep-receipt).
local function forget_record(base, id, key_ms, receipt_ms)
  local fields = redis.call("HMGET", base .. "d:" .. id, "claimed", "key", "state", "recipients", "named", "receipt", "lane")
  if fields[2] then
    local stored = { state = fields[3], receipt = fields[6], lane = fields[7] }
    keep_receipt(base, id, fields[2], stored, key_ms, receipt_ms)
  end
  for thing in string.gmatch(fields[1] or "", "[^\n]+") do
    redis.call("HDEL", base .. "claims", thing)
  end
  leave_lookup(base, id, fields[4], fields[5])
  zrem(base .. "callback:dead", id)
  redis.call("DEL", base .. "d:" .. id)
end
