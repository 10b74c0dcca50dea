-- Claims several things for one delivery at once.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, CLAIM_EACH, then the things
-- Returns  for each thing the delivery that has it now: this one, or the one that had it already
--
-- Invariant: as in claim.lua, a thing proves at most one delivery, and the record remembers its claims.
-- The owners of all things of a call are read by its first item, and what is claimed is written after its last one.
local base = KEYS[1]
local record, claims = base .. "d:" .. id, base .. "claims"
-- `unpack` fails beyond some thousand values.
local MOST_AT_ONCE = 2000
if not seen.owners then
  local things = {}
  for _, item in ipairs(items) do
    for i = FIRST, #item do
      things[#things + 1] = item[i]
    end
  end
  local owners = {}
  for at = 1, #things, MOST_AT_ONCE do
    local found = redis.call("HMGET", claims, unpack(things, at, math.min(#things, at + MOST_AT_ONCE - 1)))
    for i, owner in ipairs(found) do
      owners[things[at + i - 1]] = owner
    end
  end
  seen.owners = owners
end
local owners = seen.owners
local reply, taken, claimed_now = {}, {}, {}
for i = FIRST, #ARGV do
  local thing = ARGV[i]
  -- The same thing may be named twice.
  if not owners[thing] and not claimed_now[thing] then
    claimed_now[thing] = true
    taken[#taken + 1] = thing
  end
  reply[#reply + 1] = owners[thing] or id
end
if #taken > 0 then
  local list = table.concat(taken, "\n")
  if redis.call("HSETNX", record, "claimed", list) == 0 then
    local known = redis.call("HGET", record, "claimed")
    redis.call("HSET", record, "claimed", known == "" and list or known .. "\n" .. list)
  end
  for _, thing in ipairs(taken) do
    owners[thing] = id
    if not seen.writing or #seen.writing > MOST_AT_ONCE then
      seen.writing = { "HSET", claims }
      last[seen.writing] = seen.writing
    end
    local at = #seen.writing
    seen.writing[at + 1], seen.writing[at + 2] = thing, id
  end
end
return reply
