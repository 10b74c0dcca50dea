-- Notes when accounts were last served, also while Redis' memory is full: the first write is one that needs no
-- memory.
--
-- KEYS[1]  the hash of these times
-- ARGV     name and time in ms of each
-- Returns  nothing
redis.call("HDEL", KEYS[1], "")
redis.call("HSET", KEYS[1], unpack(ARGV))
