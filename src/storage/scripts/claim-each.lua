-- Claims several things for one delivery at once.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 delivery, 2… things
-- Returns  for each thing the delivery that has it now: this one, or the one that had it before
--
-- Invariant: as in claim.lua, a thing proves at most one delivery, and the record remembers its claims.
local base, id = KEYS[1], ARGV[1]
local record, claims = base .. "d:" .. id, base .. "claims"
local owners, taken = {}, {}
for i = 2, #ARGV do
  local owner = redis.call("HGET", claims, ARGV[i])
  if not owner then
    redis.call("HSET", claims, ARGV[i], id)
    owner = id
    taken[#taken + 1] = ARGV[i]
  end
  owners[#owners + 1] = owner
end
if #taken > 0 then
  local claimed = redis.call("HGET", record, "claimed")
  local list = table.concat(taken, "\n")
  redis.call("HSET", record, "claimed", claimed and claimed ~= "" and (claimed .. "\n" .. list) or list)
end
return owners
