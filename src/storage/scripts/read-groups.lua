-- Reads the groups of dead letters: the size of each, its first and its last.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, READ_GROUPS
-- Returns  for each group that is not empty: name, count, id of the first, its time, id of the last, its time
local base = KEYS[1]
local found = {}
for _, name in ipairs(redis.call("SMEMBERS", base .. "groups")) do
  local list = base .. "group:" .. name
  local count = redis.call("ZCOUNT", list, lowest, highest)
  if count > 0 then
    local first = redis.call("ZRANGEBYSCORE", list, lowest, highest, "WITHSCORES", "LIMIT", 0, 1)
    local latest = redis.call("ZREVRANGEBYSCORE", list, highest, lowest, "WITHSCORES", "LIMIT", 0, 1)
    for _, value in ipairs({ name, count, first[1], first[2], latest[1], latest[2] }) do
      found[#found + 1] = value
    end
  end
end
return found
