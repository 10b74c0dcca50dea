-- Included: the lists in which a delivery is found: by its recipients, and by the platform's ids.
--
-- Invariant: a record has the names of the lists that it is in (`recipients`, `named`), so that a script that
-- deletes it removes it from all of them.
local function each_of(names)
  return string.gmatch(names or "", "%S+")
end
local function list_recipients(base, id, at, names)
  for name in each_of(names) do
    zadd(base .. "recipient:" .. name, at, id)
  end
end
-- Adds a delivery to the lists of platform ids. An id that it has claimed is left out: the delivery is found by
-- the claim.
--
-- @param names pairs: the platform's id, and its hash
local function list_named(base, id, at, known, names)
  local all = known or ""
  for name, hash in string.gmatch(names, "([^\n]+)\n([^\n]+)") do
    if redis.call("HGET", base .. "claims", name) ~= id then
      zadd(base .. "named:" .. hash, at, id)
      all = all == "" and hash or all .. " " .. hash
    end
  end
  if all ~= (known or "") then
    redis.call("HSET", base .. "d:" .. id, "named", all)
  end
end
local function leave_lookup(base, id, recipients, named)
  for name in each_of(recipients) do
    zrem(base .. "recipient:" .. name, id)
  end
  for name in each_of(named) do
    zrem(base .. "named:" .. name, id)
  end
end
