-- Hands leased checks back: they are due again at once, and no check is counted. A worker that stops calls it.
--
-- KEYS[1]  base of the account's keys
-- ARGV     for each lease its id and version
-- Returns  how many were handed back
--
-- Invariants: a lease that another worker has taken since stays with that worker; after a hand-back the former
-- holder cannot save.
-- include lib/clock
-- include lib/version
local base = KEYS[1]
local count = 0
for i = 1, #ARGV, 2 do
  local id = ARGV[i]
  local record = base .. "d:" .. id
  local version = ARGV[i + 1]
  local is_held = redis.call("HGET", record, "version") == version
  if is_held and redis.call("ZSCORE", base .. "confirm:leases", id) then
    redis.call("HSET", record, "version", raised(version, redis_time[2]))
    redis.call("ZADD", base .. "confirm:due", now, id)
    redis.call("ZREM", base .. "confirm:leases", id)
    count = count + 1
  end
end
return count
