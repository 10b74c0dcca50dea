-- Finds ended deliveries that are not trimmed yet, in the order in which they ended.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, TRIMMABLE
-- Returns  {place of the last one that was looked at or "", and of each: id, version, request, state, late or "",
--          timeline or "", payload or ""}
--
-- A place is "<end> <id>". `trimmed:<status>` has the place up to which everything is trimmed, so that nothing
-- is read twice.
-- include lib/clock
local base = KEYS[1]
local index = base .. "status:" .. status
local before = now - tonumber(ended_for_ms)
local from, after = string.match(redis.call("GET", base .. "trimmed:" .. status) or "", "^(%S+) (%S+)$")
local bytes_left = tonumber(most_bytes)
most = tonumber(most)
-- By rank: many may have ended in the same millisecond, and Lua compares strings in another order than Redis.
local rank = after and redis.call("ZRANK", index, after)
rank = rank and rank + 1 or redis.call("ZCOUNT", index, "-inf", "(" .. (from or "-inf"))
local found, count = { "" }, 0
while true do
  local page = redis.call("ZRANGE", index, rank, rank + most - 1, "WITHSCORES")
  for i = 1, #page, 2 do
    local id, ended = page[i], page[i + 1]
    if tonumber(ended) > before or count == most or bytes_left <= 0 then
      return found
    end
    found[1] = ended .. " " .. id
    local fields = redis.call("HMGET", base .. "d:" .. id, "version", "request", "state", "late", "timeline", "payload")
    if fields[1] and fields[2] and fields[3] then
      count = count + 1
      found[#found + 1] = id
      for field = 1, 6 do
        found[#found + 1] = fields[field] or ""
        bytes_left = bytes_left - #(fields[field] or "")
      end
    end
  end
  if #page < most * 2 then
    return found
  end
  rank = rank + most
end
