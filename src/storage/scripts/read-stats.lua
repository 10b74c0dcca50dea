-- Adds up the counters of an account by stretches of time.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 unit: "" (minutes) | "h" (hours), 2 first unit, 3 last unit, 4 units a stretch
-- Returns  for each counter of each stretch that is not zero: stretch (0…), name, count
local unit, first, last_unit, width = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local found = {}
for from = first, last_unit, width do
  local sums = {}
  for at = from, math.min(from + width - 1, last_unit) do
    local counters = redis.call("HGETALL", KEYS[1] .. "stats:" .. unit .. string.format("%.0f", at))
    for i = 1, #counters, 2 do
      sums[counters[i]] = (sums[counters[i]] or 0) + tonumber(counters[i + 1])
    end
  end
  for name, sum in pairs(sums) do
    local n = #found
    found[n + 1], found[n + 2], found[n + 3] = (from - first) / width, name, sum
  end
end
return found
