-- Reads an account's token, or takes the right to fetch a new one.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, CLAIM_TOKEN
-- Returns  {"token", value} | {"fetch", dropped token or "", refresh token or ""} | {"wait"}
--
-- Invariant: at most one worker fetches a token of one scope at a time.
local base, lock = KEYS[1], KEYS[1] .. "token:" .. scope .. ":lock"
local value = redis.call("HGET", base .. "token:" .. scope, "value")
if value then
  return { "token", value }
end
-- Nobody locks for longer. A longer time is from before Redis' clock was set back.
if redis.call("PTTL", lock) > tonumber(lock_ms) then
  redis.call("PEXPIRE", lock, lock_ms)
end
-- A repeat of the same call, by a connection that broke, has the right already.
if redis.call("SET", lock, owner, "NX", "PX", lock_ms) or redis.call("GET", lock) == owner then
  local dropped = redis.call("HMGET", base .. "token:" .. scope .. ":dropped", "value", "refresh")
  return { "fetch", dropped[1] or "", dropped[2] or "" }
end
return { "wait" }
