-- Leases deliveries that are due for a check, and makes those due again whose lease has run out.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, LEASE_CHECKS, then the families of which nothing is leased
-- Returns  as JSON [now, next due or "", probe, suspects, passed, crowded, id, version, former
--          version, leases, id, …]: one text, because each
--          part of a reply costs the client more than what it holds
--          `suspects`: 1 if suspects were due that were not leased
--          `passed`: up to where the next look need not see: a time, and how many of those due at that very time; "" for
--          from the beginning
--          `crowded`: 1 if some of theirs are due
--          `leases`: how often a lease on this delivery ran out before
--
-- Invariants: a repeat of the same call gets the same leases, so a broken connection makes no delivery a
-- suspect. An id is in confirm:due or in confirm:leases, never in neither. Every lease raises the version: a
-- former holder can neither renew, nor hand back, nor save. While the gate is shut nothing is read; what
-- reaches its deadline meanwhile is found through `deadlines`. A delivery whose lease ran out is a suspect: it
-- may have killed its worker. Suspects are retried in smaller batches, then with no other suspect; a worker has
-- one such batch at a time. So a delivery that kills its workers makes no other one poison. A backlog of a
-- family without room hides no other family: it is skipped, a thousand at a time, and the next look goes on
-- where the last one ended. The payloads of a round are in its worker's memory at the same time, so they are
-- limited in bytes.
-- include lib/clock
-- include lib/version
-- include lib/gate
-- include lib/leases
local base = KEYS[1]
local due, leases, breaker = base .. "confirm:due", base .. "confirm:leases", base .. "breaker"

local round_key = base .. "confirm:round:" .. owner
local given_round, given = string.match(redis.call("GET", round_key) or "", "^(%d+) (.*)$")
if given_round == round then
  return given
end

local lease_until = string.format("%.0f", now + tonumber(lease_ms))
shorten_leases(leases, lease_until)
local expired = redis.call("ZRANGEBYSCORE", leases, "-inf", now, "LIMIT", 0, 200)
for _, id in ipairs(expired) do
  local is_there = redis.call("EXISTS", base .. "d:" .. id) == 1
  -- In this order: where Redis refuses one of these commands, the id is in two lists, and `leases` is not
  -- raised again at every look.
  if is_there then
    redis.call("ZADD", due, now, id)
  end
  redis.call("ZREM", leases, id)
  if is_there then
    redis.call("HINCRBY", base .. "d:" .. id, "leases", 1)
  end
end

local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
if not first[2] or tonumber(first[2]) > now then
  return cjson.encode({ now, first[2] or "", 0, 0, "", 0 })
end

local shut_until, may_probe = gate_of(base, now, "check")
if shut_until then
  return cjson.encode({ now, string.format("%.0f", shut_until), 0, 0, "", 0 })
end

local reply = { now, "", 0, 0, "", 0 }
local taken, put_off, gone = {}, {}, {}
local function take(item)
  taken[#taken + 1] = item.id
  local at = #reply
  local held = raised(item.version, redis_time[2])
  redis.call("HSET", base .. "d:" .. item.id, "version", held)
  reply[at + 1], reply[at + 2], reply[at + 3], reply[at + 4] = item.id, held, item.version, tostring(item.leases)
end

-- The first suspect decides how many suspects are leased together.
local suspect_leases, most_suspects, suspects = nil, 0, 0
local bytes, skipped = 0, 0
if may_probe then
  most = 1
end
local full, has_full = {}, FIRST <= #ARGV
for i = FIRST, #ARGV do
  full[ARGV[i]] = true
end
-- Returns false when the round is full.
local function look_at(id)
  local fields = redis.call("HMGET", base .. "d:" .. id, "version", "leases", "family")
  local item = { id = id, version = fields[1], leases = tonumber(fields[2] or "0") }
  if full[fields[3] or ""] then
    skipped = skipped + 1
    return true
  end
  bytes = bytes + redis.call("HSTRLEN", base .. "d:" .. id, "payload")
  if #taken > 0 and (bytes > tonumber(most_bytes) or #taken >= tonumber(most)) then
    return false
  end
  if not item.version then
    gone[#gone + 1] = id
  elseif item.leases > 0 and not redis.call("ZSCORE", base .. "status:confirming", id) then
    -- It has ended, or waits to be sent: a check would fail for ever.
    gone[#gone + 1] = id
  elseif item.leases == 0 then
    take(item)
  else
    if not suspect_leases and with_suspects == "1" then
      suspect_leases, most_suspects = item.leases, item.leases == 1 and 25 or 1
    end
    if item.leases == suspect_leases and suspects < most_suspects then
      suspects = suspects + 1
      take(item)
    else
      -- Put off for a moment: another worker may take it, or this one later.
      put_off[#put_off + 1], put_off[#put_off + 2] = now + 200, id
    end
  end
  return true
end

local MOST_LOOKED_AT = 1000
if not has_full then
  for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, most)) do
    if not look_at(id) then
      break
    end
  end
else
  -- Where the last look ended is kept as a due time, not as a rank: entries that have left the list meanwhile
  -- shift nothing, and skipped ones are not counted again.
  local at, passed_there = string.match(passed, "^(%S+) (%d+)$")
  passed_there = tonumber(passed_there or "0")
  local begun = at and redis.call("ZCOUNT", due, "-inf", "(" .. at) + passed_there or 0
  local found = redis.call("ZRANGE", due, begun, begun + MOST_LOOKED_AT - 1, "WITHSCORES")
  local is_end = #found < MOST_LOOKED_AT * 2
  for i = 1, #found, 2 do
    is_end = is_end or tonumber(found[i + 1]) > now
    local skipped_before = skipped
    if tonumber(found[i + 1]) > now then
      break
    elseif not look_at(found[i]) then
      is_end = false
      break
    end
    if found[i + 1] ~= at then
      at, passed_there = found[i + 1], 0
    end
    passed_there = passed_there + skipped - skipped_before
  end
  -- After the end of the list the next look begins at its start again: others may be due there.
  reply[5] = not is_end and at and at .. " " .. passed_there or ""
  reply[6] = begun + skipped > 0 and 1 or 0
end
if may_probe and #taken > 0 then
  reply[3] = 1
  redis.call("HSET", breaker, PROBE_FIELD.check, now + tonumber(probe_lease_ms))
end

if #gone > 0 then
  redis.call("ZREM", due, unpack(gone))
end
if #put_off > 0 then
  redis.call("ZADD", due, unpack(put_off))
  reply[4] = 1
end
if #taken > 0 then
  local leased = {}
  for _, id in ipairs(taken) do
    leased[#leased + 1], leased[#leased + 2] = lease_until, id
  end
  redis.call("ZADD", leases, unpack(leased))
  redis.call("ZREM", due, unpack(taken))
end
local rest = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
reply[2] = rest[2] or ""
local told = cjson.encode(reply)
if #taken > 0 then
  redis.call("SET", round_key, round .. " " .. told, "PX", math.max(1, tonumber(lease_ms)))
end
return told
