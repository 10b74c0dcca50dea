-- Releases claims, because the platform has shown that the things are gone or never existed.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, RELEASE, then the things
-- Returns  how many claims were released
--
-- Invariant: a thing that another delivery has claimed since stays that delivery's, even when this record is
-- purged.
local base = KEYS[1]
local record, claims = base .. "d:" .. id, base .. "claims"
local released, count = {}, 0
for i = FIRST, #ARGV do
  if redis.call("HGET", claims, ARGV[i]) == id then
    redis.call("HDEL", claims, ARGV[i])
    released[ARGV[i]] = true
    count = count + 1
  end
end
local claimed = count > 0 and redis.call("HGET", record, "claimed")
if claimed then
  local kept = {}
  for thing in string.gmatch(claimed, "[^\n]+") do
    if not released[thing] then
      kept[#kept + 1] = thing
    end
  end
  redis.call("HSET", record, "claimed", table.concat(kept, "\n"))
end
return count
