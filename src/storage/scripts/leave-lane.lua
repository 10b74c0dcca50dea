-- Included by scripts that end a delivery: takes it out of its lane. The next becomes head and falls due;
-- the one behind that looks now and then whether its head is still there. A head that is being verified
-- has its own timer, and nothing to send.
--
-- Returns  promoted id or "", its priority
--
-- Invariant: a lane that loses its head has a new one with a timer, and ghosts (ids without a record)
-- hold no lane.
local function leave_lane(base, id, name, now, recheck_ms)
  local lane = base .. "lane:" .. name
  local first = redis.call("ZRANGE", lane, 0, 2)
  redis.call("ZREM", lane, id)
  if first[1] ~= id then
    return "", "0"
  end
  table.remove(first, 1)
  while first[1] and redis.call("EXISTS", base .. "d:" .. first[1]) == 0 do
    redis.call("ZREM", lane, first[1])
    first = redis.call("ZRANGE", lane, 0, 1)
  end
  local head, second = first[1], first[2]
  if second then
    redis.call("ZADD", base .. "send:due", "XX", "LT", now + recheck_ms, second)
  end
  if not head then
    return "", "0"
  end
  if not redis.call("ZSCORE", base .. "confirm:due", head) and not redis.call("ZSCORE", base .. "confirm:leases", head) then
    redis.call("ZADD", base .. "send:due", now, head)
  end
  return head, redis.call("HGET", base .. "d:" .. head, "priority") or "0"
end
