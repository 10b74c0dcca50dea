-- Writes once more in the slot of the account's records, for WAIT and WAITAOF: they wait for the writes of their own
-- connection. Also while Redis' memory is full: the first write is one that needs no memory.
--
-- KEYS[1]  the key of the mark
-- ARGV     src/storage/scripts.ts, MARK_DURABLE
-- Returns  OK
redis.call("PEXPIRE", KEYS[1], lasts_ms)
return redis.call("SET", KEYS[1], durability, "PX", lasts_ms)
