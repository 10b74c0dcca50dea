-- Included: changes of sorted sets, gathered and made as one command a list when `flush` is called. Of two
-- changes of one member the later one holds.
--
-- In a batched script the changes of an item count once it has succeeded (`keep`), and those of all items
-- are flushed together, by the wrapper (script-batch.ts).
local changes, staged = {}, {}
local function zadd(key, score, id)
  local list = staged[key] or {}
  staged[key] = list
  list[id] = score
end
local function zrem(key, id)
  zadd(key, false, id)
end
local function keep()
  for key, list in pairs(staged) do
    local kept = changes[key]
    if kept then
      for id, score in pairs(list) do
        kept[id] = score
      end
    else
      changes[key] = list
    end
  end
  staged = {}
end
local function drop()
  staged = {}
end
local function flush()
  keep()
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
