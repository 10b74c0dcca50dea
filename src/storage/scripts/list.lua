-- Reads one page of a list of deliveries, the latest first.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, LIST
-- Returns  {id, score, id, score, …}
--
-- A place is a score and an id, not a rank: entries that come and go above it shift nothing below it, and the
-- entry itself need not exist any more. Entries with the same score are ordered by id.
local key = KEYS[1] .. list

-- Compares bytes, as Redis compares the members of a sorted set. Lua's own order depends on the server's
-- locale.
local function is_before(one, other)
  for at = 1, math.min(#one, #other) do
    local left, right = one:byte(at), other:byte(at)
    if left ~= right then
      return left < right
    end
  end
  return #one < #other
end

most = tonumber(most)

-- Usually the entry is still there, and its rank is known without reading the others with its score.
if after_score ~= "" and tonumber(redis.call("ZSCORE", key, after_id) or "") == tonumber(after_score) then
  local rank = redis.call("ZREVRANK", key, after_id)
  local page = redis.call("ZREVRANGE", key, rank + 1, rank + most, "WITHSCORES")
  if #page == 0 or lowest == "-inf" or tonumber(page[#page]) >= tonumber(lowest) then
    return page
  end
end

local from = after_score ~= "" and after_score or highest
local found, offset, chunk = {}, 0, most
while #found < most * 2 do
  local page = redis.call("ZREVRANGEBYSCORE", key, from, lowest, "WITHSCORES", "LIMIT", offset, chunk)
  for i = 1, #page, 2 do
    local passed = after_score ~= "" and tonumber(page[i + 1]) == tonumber(after_score) and not is_before(page[i], after_id)
    if not passed and #found < most * 2 then
      found[#found + 1] = page[i]
      found[#found + 1] = page[i + 1]
    end
  end
  if #page < chunk * 2 then
    break
  end
  offset, chunk = offset + chunk, math.max(chunk, 1000)
end
return found
