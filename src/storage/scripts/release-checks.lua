-- Hands leased checks back, at once and for nothing: a worker is leaving.
--
-- KEYS[1]  base of the account's keys
-- ARGV     for each lease its id and version
-- Returns  how many were handed back
--
-- Invariants: what somebody else has leased since stays with them; what is handed back cannot be saved by
-- whoever did so.
-- include lib/clock
local base = KEYS[1]
local count = 0
for i = 1, #ARGV, 2 do
  local id = ARGV[i]
  local record = base .. "d:" .. id
  local is_held = redis.call("HGET", record, "version") == ARGV[i + 1]
  if is_held and redis.call("ZSCORE", base .. "confirm:leases", id) then
    redis.call("HINCRBY", record, "version", 1)
    redis.call("ZADD", base .. "confirm:due", now, id)
    redis.call("ZREM", base .. "confirm:leases", id)
    count = count + 1
  end
end
return count
