-- Included: changes of sorted sets, gathered and made as one command a list when `flush` is called. Of two
-- changes of one member the later one holds.
local changes = {}
local function zadd(key, score, id)
  local list = changes[key] or {}
  changes[key] = list
  list[id] = score
end
local function zrem(key, id)
  zadd(key, false, id)
end
local function flush()
  for key, list in pairs(changes) do
    local added, removed = {}, {}
    for id, score in pairs(list) do
      if score then
        added[#added + 1], added[#added + 2] = score, id
      else
        removed[#removed + 1] = id
      end
    end
    if #removed > 0 then
      redis.call("ZREM", key, unpack(removed))
    end
    if #added > 0 then
      redis.call("ZADD", key, unpack(added))
    end
  end
  changes = {}
end
