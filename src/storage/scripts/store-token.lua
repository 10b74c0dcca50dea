-- Shares a token that was fetched, or gives up the right to fetch.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 scope, 2 owner, 3 value or "", 4 refresh token, 5 lifetime in ms
-- Returns  fetchedAt
local key = KEYS[1] .. "token:" .. ARGV[1]
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call("GET", key .. ":lock") == ARGV[2] then
  redis.call("DEL", key .. ":lock")
end
if ARGV[3] ~= "" then
  redis.call("DEL", key)
  redis.call("HSET", key, "value", ARGV[3], "refresh", ARGV[4], "fetchedAt", now)
  redis.call("PEXPIRE", key, ARGV[5])
end
return now
