-- Included: groups of dead letters. Needs lib/index before it.
--
-- Invariant: a record has the field `group` exactly while it is a dead letter, and is in the list of that
-- group; `groups` has the groups that are not empty. If a platform answers with ever new codes, the first ones
-- have their own groups; all later ones share a group with the code "*".
local MOST_GROUPS = 500
local function join_group(base, id, at, group)
  if redis.call("SISMEMBER", base .. "groups", group) == 0 then
    local without_code = string.match(group, "^(.*:)[^:]+$")
    if without_code and redis.call("SCARD", base .. "groups") >= MOST_GROUPS then
      group = without_code .. "*"
    end
    redis.call("SADD", base .. "groups", group)
  end
  redis.call("HSET", base .. "d:" .. id, "group", group)
  redis.call("ZADD", base .. "group:" .. group, at, id)
end
local function leave_group(base, id, group)
  redis.call("HDEL", base .. "d:" .. id, "group")
  redis.call("ZREM", base .. "group:" .. group, id)
  if redis.call("EXISTS", base .. "group:" .. group) == 0 then
    redis.call("SREM", base .. "groups", group)
  end
end
