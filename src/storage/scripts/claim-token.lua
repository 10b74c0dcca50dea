-- Reads an account's token, or takes the right to fetch a new one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 scope, 2 owner, 3 lock in ms
-- Returns  {"token", value} | {"fetch", dropped token or "", refresh token or ""} | {"wait"}
--
-- Invariant: at most one worker fetches a token of one scope at a time.
local base, lock = KEYS[1], KEYS[1] .. "token:" .. ARGV[1] .. ":lock"
local value = redis.call("HGET", base .. "token:" .. ARGV[1], "value")
if value then
  return { "token", value }
end
if redis.call("SET", lock, ARGV[2], "NX", "PX", ARGV[3]) then
  local dropped = redis.call("HMGET", base .. "token:" .. ARGV[1] .. ":dropped", "value", "refresh")
  return { "fetch", dropped[1] or "", dropped[2] or "" }
end
return { "wait" }
