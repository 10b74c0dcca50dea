-- Renews the leases of sends by name: those on which a call of this process works.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, RENEW_SENDS, then for each lease its id and version
-- Returns  the ids whose lease is lost: saved, handed back or taken over
--
-- A lease whose time has run out counts until somebody takes it over, so it is renewed too.
-- include lib/clock
local base = KEYS[1]
local prefix = "L:" .. owner .. ":"
local lost = {}
for i = FIRST, #ARGV, 2 do
  local id = ARGV[i]
  local fields = redis.call("HMGET", base .. "d:" .. id, "version", "mark")
  if fields[1] == ARGV[i + 1] and string.sub(fields[2] or "", 1, #prefix) == prefix then
    redis.call("ZADD", base .. "send:leases", "XX", now + tonumber(lease_ms), id)
  else
    lost[#lost + 1] = id
  end
end
return lost
