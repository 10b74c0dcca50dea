-- Included: which deliveries wait to be sent, and in which list. Needs lib/index before it.
--
-- Invariant: of a lane only the head is in a due list. A delivery behind the head has its due time in the field
-- `turn` of its record instead, and joins the due list when it becomes head.

-- Whether this delivery, whose record exists, is the head of its lane. (Only another head may be a ghost.)
local function is_lane_head(base, lane, id)
  return redis.call("ZRANGE", base .. "lane:" .. lane, 0, 0)[1] == id
end

-- The head of a lane. Ghosts (ids without a record) hold no lane.
local function lane_head(base, lane)
  local key = base .. "lane:" .. lane
  local head = redis.call("ZRANGE", key, 0, 0)[1]
  while head and redis.call("EXISTS", base .. "d:" .. head) == 0 do
    redis.call("ZREM", key, head)
    head = redis.call("ZRANGE", key, 0, 0)[1]
  end
  return head
end

-- Suspected poison is not leased beside others: it has a list of its own.
local function due_list(base, family, is_suspect)
  return base .. (is_suspect and "send:suspects" or "send:due:" .. family)
end

-- Returns  whether it is due now
local function wait_to_be_sent(base, id, item, at, now)
  local is_head = item.lane == "" or is_lane_head(base, item.lane, id)
  if not is_head and lane_head(base, item.lane) ~= id then
    redis.call("HSET", base .. "d:" .. id, "turn", at)
    return false
  end
  zadd(due_list(base, item.family, item.is_suspect), at, id)
  return tonumber(at) <= now
end

local function leave_send_lists(base, id, family)
  zrem(base .. "send:due:" .. family, id)
  zrem(base .. "send:ready:" .. family, id)
  zrem(base .. "send:suspects", id)
  redis.call("HDEL", base .. "d:" .. id, "turn")
end

-- Updates whether a dead letter holds this lane, and how many wait behind it. To be called after each change of
-- a held lane, or of a head that is dead.
--
-- Invariant: `lanes:waiting` is the sum of `lanes:waits`.
local function look_at_lane(base, lane, now)
  local head = lane_head(base, lane)
  local holds = head and redis.call("HEXISTS", base .. "d:" .. head, "group") == 1
  local before = tonumber(redis.call("HGET", base .. "lanes:waits", lane) or "0")
  local waits = holds and redis.call("ZCARD", base .. "lane:" .. lane) - 1 or 0
  if holds then
    seen.some_held = true
    redis.call("ZADD", base .. "lanes:held", "NX", now, lane)
    redis.call("HSET", base .. "lanes:waits", lane, waits)
  else
    redis.call("ZREM", base .. "lanes:held", lane)
    redis.call("HDEL", base .. "lanes:waits", lane)
  end
  if waits ~= before then
    redis.call("INCRBY", base .. "lanes:waiting", waits - before)
  end
end

local function is_held(base, lane)
  if seen.some_held == nil then
    seen.some_held = redis.call("EXISTS", base .. "lanes:waits") == 1
  end
  return seen.some_held and redis.call("HEXISTS", base .. "lanes:waits", lane) == 1
end

-- Takes a delivery out of its lane. The next one becomes head, and joins its due list if it is to be sent.
--
-- Returns  whether the new head is due now
local function leave_lane(base, id, lane, now)
  local was_held = is_held(base, lane)
  local first = redis.call("ZRANGE", base .. "lane:" .. lane, 0, 1)
  redis.call("ZREM", base .. "lane:" .. lane, id)
  local head = first[1] == id and first[2] and lane_head(base, lane)
  local fields = head and redis.call("HMGET", base .. "d:" .. head, "turn", "family", "suspect", "group") or {}
  if was_held or fields[4] then
    look_at_lane(base, lane, now)
  end
  if not head then
    return false
  end
  -- A head that is being verified has its own timer, and nothing to send.
  if not fields[1] then
    return false
  end
  redis.call("HDEL", base .. "d:" .. head, "turn")
  zadd(due_list(base, fields[2] or "", fields[3]), fields[1], head)
  return tonumber(fields[1]) <= now
end

-- Removes the mark `send:asleep`.
--
-- Returns  1 if it was set: then the caller is to ring
local function wake(base)
  if seen.woken then
    return 0
  end
  seen.woken = true
  return redis.call("DEL", base .. "send:asleep")
end
