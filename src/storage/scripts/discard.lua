-- Discards a dead letter: it leaves the dead letters and its lane, its record stays until the retention.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 id, 2 expected version, 3 reason, 4 lane or "", 5 timeline cap, 6 lane recheck in ms,
--          7 timeline entry
-- Returns  {"saved", now, promoted id or ""} | {"stale"} | {"gone"}
--
-- Invariant: another version changes nothing; a lane that loses its head has a new one with a timer.
local base, id = KEYS[1], ARGV[1]
local record = base .. "d:" .. id
local version = redis.call("HGET", record, "version")
if not version then
  return { "gone" }
end
if version ~= ARGV[2] then
  return { "stale" }
end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HSET", record, "discarded", now, "version", version + 1)
redis.call("ZREM", base .. "status:dead", id)
if ARGV[3] ~= "" then
  redis.call("ZREM", base .. "reason:" .. ARGV[3], id)
end
redis.call("ZADD", base .. "status:discarded", now, id)

local timeline = base .. "t:" .. id
if redis.call("RPUSH", timeline, ARGV[7]) > tonumber(ARGV[5]) then
  redis.call("LTRIM", timeline, -tonumber(ARGV[5]), -1)
end

local promoted = ""
if ARGV[4] ~= "" then
  local lane = base .. "lane:" .. ARGV[4]
  local was_head = redis.call("ZRANGE", lane, 0, 0)[1] == id
  redis.call("ZREM", lane, id)
  if was_head then
    local first = redis.call("ZRANGE", lane, 0, 1)
    while first[1] and redis.call("EXISTS", base .. "d:" .. first[1]) == 0 do
      redis.call("ZREM", lane, first[1])
      first = redis.call("ZRANGE", lane, 0, 1)
    end
    if first[1] then
      promoted = first[1]
      -- A head that is being verified has its own timer, and nothing to send.
      if not redis.call("ZSCORE", base .. "confirm:due", promoted) and not redis.call("ZSCORE", base .. "confirm:leases", promoted) then
        redis.call("ZADD", base .. "send:due", now, promoted)
      end
    end
    if first[2] then
      redis.call("ZADD", base .. "send:due", "XX", "LT", now + tonumber(ARGV[6]), first[2])
    end
  end
end
return { "saved", now, promoted }
