-- Erases the record of one delivery that has ended, because a person asked for it.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, FORGET
-- Returns  1 if it was erased, 0 if its version has changed, or it is gone
--
-- Invariant: a dead letter may hold its lane, so it must be discarded first; nothing that is erased here holds
-- a lane.
-- include lib/index
-- include lib/lookup
-- include keep-receipt
-- include lib/forget-record
local base = KEYS[1]
if status == "dead" or redis.call("HGET", base .. "d:" .. id, "version") ~= version then
  return 0
end
zrem(base .. "callback:due", id)
zrem(base .. "status:" .. status, id)
forget_record(base, id, key_ms, receipt_ms)
flush()
return 1
