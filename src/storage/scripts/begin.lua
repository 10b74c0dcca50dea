-- Begins a send: every gate that needs no platform, then the mark that makes a crash visible.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 this call's own mark
-- SHARED   1 longest wait for the rate in ms, 2 attempt lease in ms, 3 probe lease in ms, 4 lane recheck
--          in ms, 5… family of operations, microseconds between two sends of it, …
-- Returns  {verdict, now, until, request, state, version, probe, payload}
--          verdict: go (until = when the rate lets it leave) | gone | ended | unreadable | interrupted |
--          deadline | behind | early | paused | parked | paced; `until` says when to try again
--
-- Invariants: no send starts without the mark `sending`, and whoever finds a mark that it did not make
-- has found a send whose outcome nobody recorded. Marking raises the version, so the earlier worker's
-- save fails. Gates leave no trace: a wait costs nothing.
-- include take-place

-- What is read of a state below; nil if one of an older schema says it otherwise.
local statuses = { queued = 1, retrying = 1, confirming = 1, confirmed = 1, dead = 1, discarded = 1, cancelled = 1 }
local function readable(json)
  local parsed, state = pcall(cjson.decode, json or "")
  if not parsed or type(state) ~= "table" or not statuses[state.status] or type(state.deadlineAt) ~= "number" then
    return nil
  end
  for name, kind in pairs({ nextAt = "number", lane = "string" }) do
    if state[name] == cjson.null then
      state[name] = nil
    elseif state[name] ~= nil and type(state[name]) ~= kind then
      return nil
    end
  end
  return state
end

local base, id = KEYS[1], ARGV[1]
local record, send_due = base .. "d:" .. id, base .. "send:due"
local now = math.floor(now_us() / 1000)

local fields = redis.call("HMGET", record, "request", "state", "version", "sending", "payload")
local request, state_json, version, mark = fields[1], fields[2], fields[3], fields[4]
if not request and not state_json then
  redis.call("ZREM", send_due, id)
  return { "gone", now, 0 }
end

local state = request and readable(state_json)
if not state then
  return { "unreadable", now, 0 }
end
if state.status ~= "queued" and state.status ~= "retrying" then
  redis.call("ZREM", send_due, id)
  return { "ended", now, 0 }
end
-- A call whose answer was lost on the way is made again by the connection: its own mark is no crash.
local is_repeat = mark == ARGV[2]
if mark and not is_repeat then
  return { "interrupted", now, 0, request, state_json, version, 0 }
end

local behind = false
if state.lane then
  local lane = base .. "lane:" .. state.lane
  local head = redis.call("ZRANGE", lane, 0, 0)[1]
  -- A ghost (an id without a record) must not hold a lane.
  while head and head ~= id and redis.call("EXISTS", base .. "d:" .. head) == 0 do
    redis.call("ZREM", lane, head)
    head = redis.call("ZRANGE", lane, 0, 0)[1]
  end
  behind = head ~= nil and head ~= id
end
if now >= state.deadlineAt then
  return { "deadline", now, behind and 1 or 0, request, state_json, version, 0 }
end
if behind then
  local rank = redis.call("ZRANK", base .. "lane:" .. state.lane, id) or 1
  local again = rank <= 1 and math.min(now + tonumber(SHARED[4]), state.deadlineAt) or state.deadlineAt
  redis.call("ZADD", send_due, again, id)
  return { "behind", now, again }
end
if state.nextAt and state.nextAt > now then
  redis.call("ZADD", send_due, state.nextAt, id)
  return { "early", now, state.nextAt }
end

local breaker = base .. "breaker"
seen.gate = seen.gate or redis.call("HMGET", breaker, "state", "until", "probeUntil", "paused")
local gate = seen.gate
local function hold(verdict, again)
  again = math.min(again, state.deadlineAt)
  redis.call("ZADD", send_due, again, id)
  return { verdict, now, again, gate[1] or "" }
end
if gate[4] then
  return hold("paused", now + 5000)
end
local probe = 0
if gate[1] and gate[1] ~= "closed" then
  if tonumber(gate[2]) > now then
    return hold("parked", tonumber(gate[2]))
  end
  if gate[3] and tonumber(gate[3]) > now then
    return hold("parked", math.min(tonumber(gate[3]), now + 2000))
  end
  probe = 1
end

-- The record's JSON begins with its operation, "<family>.<verb>". One of an older schema may not, and is
-- not sent, but ended.
local family = string.match(request, '^{"operation":"(%a+)%.') or ""
local interval = 0
for i = 5, #SHARED, 2 do
  if SHARED[i] == family then
    interval = tonumber(SHARED[i + 1])
  end
end
local leave, wait = take_place(base .. "rate:" .. family, interval, tonumber(SHARED[1]))
if not leave then
  return hold("paced", now + wait)
end

if probe == 1 then
  gate[3] = string.format("%.0f", now + tonumber(SHARED[3]))
  redis.call("HSET", breaker, "probeUntil", gate[3])
end
if not is_repeat then
  redis.call("HSET", record, "sending", ARGV[2], "version", version + 1)
  version = string.format("%.0f", version + 1)
end
redis.call("ZADD", send_due, now + tonumber(SHARED[2]), id)
return { "go", now, leave, request, state_json, version, probe, fields[5] or "" }
