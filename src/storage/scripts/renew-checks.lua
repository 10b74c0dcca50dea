-- Renews leases of checks by name.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, RENEW_CHECKS, then for each lease its id and version
-- Returns  how many are still held
--
-- Invariant: every lease raises the version, so a lease that another worker has taken since is not renewed.
-- include lib/clock
local base = KEYS[1]
local leases = base .. "confirm:leases"
local until_ms, held = now + tonumber(lease_ms), 0
for i = FIRST, #ARGV, 2 do
  local id = ARGV[i]
  if redis.call("HGET", base .. "d:" .. id, "version") == ARGV[i + 1] and redis.call("ZSCORE", leases, id) then
    redis.call("ZADD", leases, until_ms, id)
    held = held + 1
  end
end
return held
