-- Adds up the counters of an account by stretches of time.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, READ_STATS
-- Returns  for each counter that is not zero, in each stretch: stretch (from 0), name, count
local from_unit, to_unit, width = tonumber(first_unit), tonumber(last_unit), tonumber(units_each)
local found = {}
for from = from_unit, to_unit, width do
  local sums = {}
  for at = from, math.min(from + width - 1, to_unit) do
    local counters = redis.call("HGETALL", KEYS[1] .. "stats:" .. unit .. string.format("%.0f", at))
    for i = 1, #counters, 2 do
      sums[counters[i]] = (sums[counters[i]] or 0) + tonumber(counters[i + 1])
    end
  end
  for name, sum in pairs(sums) do
    local n = #found
    found[n + 1], found[n + 2], found[n + 3] = (from - from_unit) / width, name, sum
  end
end
return found
