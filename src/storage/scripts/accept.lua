-- Acknowledges a delivery, or says that its idempotency key has been used.
--
-- KEYS[1]  base of the account's keys, "bida:{account}:" (one hash tag, so one slot of a cluster)
-- ARGV     1 id, 2 request JSON, 3 state JSON, 4 lane or "", 5 key hash or "", 6 digest of what was
--          asked, 7 createdAt, 8 first attempt at, 9 deadline, 10 callback URL or "",
--          11 priority, 12 payload JSON
-- SHARED   1 lane recheck in ms, 2 most unfinished deliveries, 0 for no limit
-- Returns  {"created", 1 if it is its lane's head} | {"claimed", id, digest that was claimed} | {"full"}
--
-- Invariants: record, idempotency claim, lane and indexes appear together or not at all. A claim has no
-- end while its record lives; purge.lua gives it one.
local base, id = KEYS[1], ARGV[1]

if ARGV[5] ~= "" then
  local claim = redis.call("GET", base .. "key:" .. ARGV[5])
  if claim then
    local claimed, digest = string.match(claim, "^(%S+) (%S+)$")
    return { "claimed", claimed, digest }
  end
end

-- The same call again, sent twice by a connection that broke: it has been acknowledged.
if redis.call("EXISTS", base .. "d:" .. id) == 1 then
  return { "created", 1 }
end

local most = tonumber(SHARED[2])
if most > 0 then
  seen.backlog = seen.backlog or redis.call("ZCARD", base .. "status:queued") + redis.call("ZCARD", base .. "status:retrying")
  if seen.backlog >= most then
    return { "full" }
  end
  seen.backlog = seen.backlog + 1
end

if ARGV[5] ~= "" then
  redis.call("SET", base .. "key:" .. ARGV[5], id .. " " .. ARGV[6])
  redis.call("HSET", base .. "d:" .. id, "key", ARGV[5])
end
redis.call("HSET", base .. "d:" .. id, "request", ARGV[2], "payload", ARGV[12], "state", ARGV[3], "version", 1)
if ARGV[10] ~= "" then
  redis.call("HSET", base .. "d:" .. id, "callback", ARGV[10])
end
-- Whoever gives it another ticket need not parse the request.
if ARGV[11] ~= "0" then
  redis.call("HSET", base .. "d:" .. id, "priority", ARGV[11])
end
redis.call("ZADD", base .. "status:queued", ARGV[7], id)

local ahead = 0
if ARGV[4] ~= "" then
  local lane = base .. "lane:" .. ARGV[4]
  -- The first item takes a number for each that follows it.
  seen.seq = 1 + (seen.seq or redis.call("INCRBY", base .. "seq", #items) - #items)
  redis.call("ZADD", lane, seen.seq, id)
  ahead = redis.call("ZCARD", lane) - 1
end

-- A delivery behind its lane's head has no ticket. The one right behind looks now and then whether the
-- head is still there; the others are woken by promotion, or by their own deadline.
local due = tonumber(ARGV[8])
if ahead == 1 then
  due = math.min(tonumber(ARGV[7]) + tonumber(SHARED[1]), tonumber(ARGV[9]))
elseif ahead > 1 then
  due = tonumber(ARGV[9])
end
redis.call("ZADD", base .. "send:due", due, id)
return { "created", ahead == 0 and 1 or 0 }
