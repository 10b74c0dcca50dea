-- Acknowledges a delivery, or says that its idempotency key has been used.
--
-- KEYS[1]  base of the account's keys, "bida:{account}:" (one hash tag, so one slot of a cluster)
-- ARGV     src/storage/scripts.ts, ACCEPT
-- Returns  "created" | {"created", 1}: the caller is to ring | {"claimed", id, digest of the first request} | {"full"}
--
-- Invariants: record, idempotency claim, lane and indexes are written together or not at all, even where Redis
-- refuses one of the commands (a right that was taken away, a key of another type): otherwise a repeat of the
-- request would be acknowledged without being in any list. A claim does not expire while its record exists;
-- purge.lua sets its expiry.
-- include lib/index
-- include lib/to-send
-- include lib/lookup
-- include lib/count
local base = KEYS[1]
local record = base .. "d:" .. id
local now = math.floor(now_us() / 1000)

if key_hash ~= "" then
  local claim = redis.call("GET", base .. "key:" .. key_hash)
  if claim then
    local claimed, digest = string.match(claim, "^(%S+) (%S+)$")
    return { "claimed", claimed, digest }
  end
end

-- A repeat of the same call, by a connection that broke: it was acknowledged already.
if redis.call("EXISTS", record) == 1 then
  return { "created", 1 }
end

local most = tonumber(most_unfinished)
if most > 0 then
  seen.backlog = seen.backlog
    or redis.call("ZCARD", base .. "status:queued")
      + redis.call("ZCARD", base .. "status:retrying")
      + redis.call("ZCARD", base .. "send:leases")
  if seen.backlog >= most then
    return { "full" }
  end
  seen.backlog = seen.backlog + 1
end

-- Every record begins with the same version: under this id no call writes anything else.
local fields =
  { "request", request, "payload", payload, "state", state, "version", "1", "family", family, "deadline", deadline }
local function set(name, value)
  fields[#fields + 1], fields[#fields + 2] = name, value
end
undo[#undo + 1] = function()
  redis.call("DEL", record, base .. (key_hash ~= "" and "key:" .. key_hash or "none"))
  redis.call("HDEL", base .. "send:priority", id)
  -- Also from the lists, because they are written before the counters, which Redis may refuse too.
  for _, list in ipairs({ "status:queued", "deadlines", "send:due:" .. family }) do
    redis.call("ZREM", base .. list, id)
  end
  for name in each_of(recipients) do
    redis.call("ZREM", base .. "recipient:" .. name, id)
  end
  if lane ~= "" then
    redis.call("ZREM", base .. "lane:" .. lane, id)
    look_at_lane(base, lane, now)
  end
end
if key_hash ~= "" then
  redis.call("SET", base .. "key:" .. key_hash, id .. " " .. key_digest)
  set("key", key_hash)
end
if callback ~= "" then
  set("callback", callback)
end
if recipients ~= "" then
  set("recipients", recipients)
end
if lane ~= "" then
  set("lane", lane)
end
redis.call("HSET", record, unpack(fields))
if priority ~= "0" then
  redis.call("HSET", base .. "send:priority", id, priority)
end
zadd(base .. "status:queued", created_at, id)
zadd(base .. "deadlines", deadline, id)
list_recipients(base, id, created_at, recipients)
if lane ~= "" then
  -- The first item takes a number for each that follows it.
  seen.seq = 1 + (seen.seq or redis.call("INCRBY", base .. "seq", #items) - #items)
  -- As a string: Redis takes several times as long to format a number.
  redis.call("ZADD", base .. "lane:" .. lane, string.format("%d", seen.seq), id)
  if is_held(base, lane) then
    look_at_lane(base, lane, now)
  end
end

-- What falls due within a second counts as due: the worker that is woken for it waits that long.
local soon = now + 1000
-- What was due when its producer accepted it is due now, also where Redis' clock was set back and the producer has
-- not noticed yet.
local due_at = tonumber(due) <= tonumber(created_at) and math.min(now, tonumber(due)) or due
local is_due = wait_to_be_sent(base, id, { lane = lane, family = family }, due_at, soon)
count(base, now, "accepted")
if is_due and wake(base) == 1 then
  return { "created", 1 }
end
return "created"
