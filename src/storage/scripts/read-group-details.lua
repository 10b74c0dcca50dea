-- Reads, for some groups of dead letters, how many died in each stretch of time, and which lanes they hold.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, READ_GROUP_DETAILS, then the names of the groups
-- Returns  for each group: lanes with deliveries waiting behind one of the group, how many wait, how many died per stretch
--
-- Only the lanes that were held last are read; most of them delay nothing.
local base = KEYS[1]
local lanes, waiting = {}, {}
local held = redis.call("ZREVRANGE", base .. "lanes:held", 0, tonumber(most_lanes) - 1)
local waits = #held > 0 and redis.call("HMGET", base .. "lanes:waits", unpack(held)) or {}
local looked = 0
for i, lane in ipairs(held) do
  local behind = tonumber(waits[i] or "0")
  if behind > 0 and looked < tonumber(most_looked) then
    looked = looked + 1
    local head = redis.call("ZRANGE", base .. "lane:" .. lane, 0, 0)[1]
    local group = head and redis.call("HGET", base .. "d:" .. head, "group")
    if group then
      lanes[group] = (lanes[group] or 0) + 1
      waiting[group] = (waiting[group] or 0) + behind
    end
  end
end
local found = {}
for i = FIRST, #ARGV do
  local list = base .. "group:" .. ARGV[i]
  found[#found + 1] = lanes[ARGV[i]] or 0
  found[#found + 1] = waiting[ARGV[i]] or 0
  for stretch = 0, tonumber(stretches) - 1 do
    local from = tonumber(first_at) + stretch * tonumber(stretch_ms)
    local to = string.format("(%.0f", from + tonumber(stretch_ms))
    found[#found + 1] = redis.call("ZCOUNT", list, string.format("%.0f", from), to)
  end
end
return found
