-- Leases deliveries that are due for a check, and puts back what a dead worker had leased.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 most items, 2 lease in ms, 3 probe lease in ms, 4 most items to look at behind a shut gate,
--          5 whether this worker may take suspects: 1 | 0
-- Returns  {now, next due or "", probe, id, version, leases, past, id, …}
--          `leases`: how often a lease on this delivery ran out before; `past`: 1 if its deadline has
--          passed behind a shut gate, so that it is to end unasked
--
-- Invariants: an id is in confirm:due or in confirm:leases, never in neither. A shut gate keeps nobody
-- past its deadline. What a dead worker had leased is suspected of having killed it and comes back in
-- smaller company, then alone among those that nobody suspects; a worker has one such company at a time.
-- So a delivery that kills its workers takes no other with it.
local base = KEYS[1]
local due, leases, breaker = base .. "confirm:due", base .. "confirm:leases", base .. "breaker"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local expired = redis.call("ZRANGEBYSCORE", leases, "-inf", now, "LIMIT", 0, 200)
for _, id in ipairs(expired) do
  redis.call("ZREM", leases, id)
  if redis.call("EXISTS", base .. "d:" .. id) == 1 then
    redis.call("ZADD", due, now, id)
    redis.call("HINCRBY", base .. "d:" .. id, "leases", 1)
  end
end

local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
if not first[2] or tonumber(first[2]) > now then
  return { now, first[2] or "", 0 }
end

-- Until when the gate is shut, if it is; an open breaker lets one through now and then.
local gate = redis.call("HMGET", breaker, "state", "until", "probeUntil", "paused")
local shut_until, may_probe = nil, false
if gate[4] then
  shut_until = now + 5000
elseif gate[1] and gate[1] ~= "closed" then
  if tonumber(gate[2]) > now then
    shut_until = tonumber(gate[2])
  elseif gate[3] and tonumber(gate[3]) > now then
    shut_until = math.min(tonumber(gate[3]), now + 2000)
  else
    may_probe = true
  end
end
local is_shut = shut_until ~= nil or may_probe

local reply, probe = { now, "", 0 }, nil
local taken, put_off, gone = {}, {}, {}
local function take(item, past)
  taken[#taken + 1] = item.id
  local at = #reply
  reply[at + 1], reply[at + 2], reply[at + 3], reply[at + 4] = item.id, item.version, tostring(item.leases), past
end
local function put_off_until(at, id)
  put_off[#put_off + 1], put_off[#put_off + 2] = at, id
end

local found = {}
local look_at = is_shut and ARGV[4] or ARGV[1]
for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, look_at)) do
  local record = base .. "d:" .. id
  local fields = redis.call("HMGET", record, "version", "leases")
  if fields[1] then
    local item = { id = id, version = fields[1], leases = tonumber(fields[2] or "0"), deadline = math.huge }
    if is_shut or item.leases > 0 then
      local state = redis.call("HGET", record, "state") or ""
      item.deadline = tonumber(string.match(state, '"deadlineAt":(%d+)') or math.huge)
    end
    found[#found + 1] = item
  else
    gone[#gone + 1] = id
  end
end

if is_shut then
  for _, item in ipairs(found) do
    if item.deadline <= now then
      if #taken < tonumber(ARGV[1]) then
        take(item, "1")
      end
    elseif shut_until then
      put_off_until(math.min(shut_until, item.deadline), item.id)
    else
      probe = probe or item
    end
  end
  -- What ends unasked proves nothing, so a probe goes alone.
  if probe and #taken == 0 then
    take(probe, "0")
    reply[3] = 1
    redis.call("HSET", breaker, "probeUntil", now + tonumber(ARGV[3]))
  end
else
  -- The first suspect says how large the company is that it comes back in.
  local company, most_suspects, suspects = nil, 0, 0
  for _, item in ipairs(found) do
    if item.leases == 0 or item.deadline <= now then
      take(item, "0")
    else
      if not company and ARGV[5] == "1" then
        company, most_suspects = item.leases, item.leases == 1 and 25 or 1
      end
      if item.leases == company and suspects < most_suspects then
        suspects = suspects + 1
        take(item, "0")
      else
        -- Another worker may have it, or this one a little later.
        put_off_until(now + 200, item.id)
      end
    end
  end
end

if #gone > 0 then
  redis.call("ZREM", due, unpack(gone))
end
if #put_off > 0 then
  redis.call("ZADD", due, unpack(put_off))
end
if #taken > 0 then
  redis.call("ZREM", due, unpack(taken))
  local leased = {}
  for _, id in ipairs(taken) do
    leased[#leased + 1], leased[#leased + 2] = now + tonumber(ARGV[2]), id
  end
  redis.call("ZADD", leases, unpack(leased))
end
local rest = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
reply[2] = rest[2] or ""
return reply
