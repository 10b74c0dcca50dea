-- Included: gathers changes of sorted sets, and makes them with one command for each list when `flush` is
-- called. Of two changes of one member the later one holds.
--
-- In a batched script the changes of an item count once it has succeeded (`keep`), and those of all items
-- are flushed together, by the wrapper (script-batch.ts).
local changes, staged, count_staged = {}, {}, 0
local function zadd(key, score, id)
  local at = count_staged
  staged[at + 1], staged[at + 2], staged[at + 3] = key, id, score
  count_staged = at + 3
end
local function zrem(key, id)
  zadd(key, false, id)
end
local function keep()
  for at = 1, count_staged, 3 do
    local key = staged[at]
    local list = changes[key]
    if not list then
      list = {}
      changes[key] = list
    end
    list[staged[at + 1]] = staged[at + 2]
  end
  count_staged = 0
end
local function drop()
  count_staged = 0
end
-- Returns  the members that are to leave the list, or nil
local function add_to_list(key, list)
  local added, removed, adds, removes = {}, {}, 0, 0
  for id, score in pairs(list) do
    if score then
      added[adds + 1], added[adds + 2] = score, id
      adds = adds + 2
    else
      removes = removes + 1
      removed[removes] = id
    end
  end
  if adds > 0 then
    redis.call("ZADD", key, unpack(added))
  end
  return removes > 0 and removed or nil
end
-- All additions are made before any removal: where Redis refuses one of the commands (a right that was taken
-- away, a key of another type), an id is in two lists, never in none.
local function flush()
  keep()
  local removals
  for key, list in pairs(changes) do
    local first, its_score = next(list)
    local removed
    if next(list, first) then
      removed = add_to_list(key, list)
    elseif its_score then
      redis.call("ZADD", key, its_score, first)
    else
      removed = { first }
    end
    if removed then
      removals = removals or {}
      removals[key] = removed
    end
  end
  for key, removed in pairs(removals or {}) do
    redis.call("ZREM", key, unpack(removed))
  end
  changes = {}
end
