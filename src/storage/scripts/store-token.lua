-- Shares a token that was fetched, or gives up the right to fetch.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, STORE_TOKEN
-- Returns  fetchedAt
-- include lib/clock
local key = KEYS[1] .. "token:" .. scope
if redis.call("GET", key .. ":lock") == owner then
  redis.call("DEL", key .. ":lock")
end
if value ~= "" then
  redis.call("DEL", key)
  redis.call("HSET", key, "value", value, "refresh", refresh, "fetchedAt", now)
  redis.call("PEXPIRE", key, lifetime_ms)
end
return now
