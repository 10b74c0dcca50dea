-- Claims several things for one delivery at once.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, CLAIM_EACH, then the things
-- Returns  for each thing the delivery that has it now: this one, or the one that had it before
--
-- Invariant: as in claim.lua, a thing proves at most one delivery, and the record remembers its claims.
local base = KEYS[1]
local record, claims = base .. "d:" .. id, base .. "claims"
local owners = redis.call("HMGET", claims, unpack(ARGV, FIRST))
local taken, claimed_now = {}, {}
for i, owner in ipairs(owners) do
  local thing = ARGV[FIRST + i - 1]
  -- The same thing may be named twice.
  if not owner and not claimed_now[thing] then
    claimed_now[thing] = true
    taken[#taken + 1], taken[#taken + 2] = thing, id
  end
  owners[i] = owner or id
end
if #taken > 0 then
  redis.call("HSET", claims, unpack(taken))
  local known = redis.call("HGET", record, "claimed")
  local list = known and known ~= "" and known or nil
  for i = 1, #taken, 2 do
    list = list and (list .. "\n" .. taken[i]) or taken[i]
  end
  redis.call("HSET", record, "claimed", list)
end
return owners
