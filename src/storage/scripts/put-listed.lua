-- Writes a text that expires, and its id into a sorted set; ids that were not written for so long leave the set.
-- Also while Redis' memory is full: the first write is one that needs no memory.
--
-- KEYS[1]  the sorted set
-- KEYS[2]  the key of the text
-- ARGV     src/storage/scripts.ts, PUT_LISTED
-- Returns  nothing
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - for_ms)
redis.call("SET", KEYS[2], value, "PX", for_ms)
redis.call("ZADD", KEYS[1], now, id)
