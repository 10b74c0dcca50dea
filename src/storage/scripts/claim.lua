-- Claims one of the platform's ids for one delivery.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, CLAIM
-- Returns  1 if it is this delivery's, 0 if another delivery has it
--
-- Invariant: an id proves at most one delivery. The record lists its claims, so that they are deleted together
-- with it.
local base = KEYS[1]
if redis.call("HSETNX", base .. "claims", thing, id) == 0 then
  return redis.call("HGET", base .. "claims", thing) == id and 1 or 0
end
local record = base .. "d:" .. id
local claimed = redis.call("HGET", record, "claimed")
redis.call("HSET", record, "claimed", claimed and (claimed .. "\n" .. thing) or thing)
return 1
