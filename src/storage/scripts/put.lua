-- Writes a text that expires, also while Redis' memory is full: the first write is one that needs no memory.
--
-- KEYS[1]  the key
-- ARGV     src/storage/scripts.ts, PUT
-- Returns  1, or 0 where `if_new` is 1 and the key exists
if if_new == "1" and redis.call("EXISTS", KEYS[1]) == 1 then
  return 0
end
redis.call("PEXPIRE", KEYS[1], for_ms)
redis.call("SET", KEYS[1], value, "PX", for_ms)
return 1
