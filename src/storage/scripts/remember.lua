-- Stores a fact that was found out about an account's installation.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, REMEMBER
-- Returns  0
redis.call("HSET", KEYS[1] .. "facts", fact, value)
return 0
