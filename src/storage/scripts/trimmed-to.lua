-- Stores the place up to which all ended deliveries are trimmed (trimmable.lua).
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, TRIMMED_TO
-- Returns  0
redis.call("SET", KEYS[1] .. "trimmed:" .. status, place)
return 0
