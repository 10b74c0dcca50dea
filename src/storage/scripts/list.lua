-- Reads one page of a list of deliveries, the latest first.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 list, "status:dead" and the like, 2 highest score or "+inf", 3 lowest score or "-inf",
--          4 score of the place to go on after or "", 5 its id, 6 most entries
-- Returns  {id, score, id, score, …}
--
-- A place is a score and an id, not a rank: entries that come and go above it move nothing below it,
-- and it needs not exist any more. Entries of one score are in order of their ids.
local key, most = KEYS[1] .. ARGV[1], tonumber(ARGV[6])
local from = ARGV[4] ~= "" and ARGV[4] or ARGV[2]
local found, offset, chunk = {}, 0, most
while #found < most * 2 do
  local page = redis.call("ZREVRANGEBYSCORE", key, from, ARGV[3], "WITHSCORES", "LIMIT", offset, chunk)
  for i = 1, #page, 2 do
    local passed = ARGV[4] ~= "" and tonumber(page[i + 1]) == tonumber(ARGV[4]) and page[i] >= ARGV[5]
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
