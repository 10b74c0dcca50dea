-- A worker's look for sends: leases due sends, takes over sends whose lease has run out, and returns deliveries
-- that have reached their deadline.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, LEASE_SENDS, then for each family its name and the microseconds
--          between two sends of it (0: no limit)
-- Returns  {now, next look or "", more, probe, late, suspects, found, payload, …}
--          `found`: JSON, a list for each that was found: kind, id, about, version, request, state, receipts; in the
--          same order their payloads. One text, because each part of a reply costs the client more than what it holds.
--          `more`: 1 if more is due than was taken; `late`: 1 if this call came too late to do anything;
--          `suspects`: 1 if suspects are due that were not taken;
--          kind: "go" (about: when it may leave) | "suspect" (the same) | "interrupted" |
--          "deadline" (about: the gate, the lane's head and its status); receipts: what came late
--
-- Invariants: the lease is the mark of a send. It raises the version, and its entry in send:leases counts until
-- a save, hand-back or takeover, even when its time has run out. A repeat of the same call gets the same
-- leases. A delivery past its deadline is not leased. While the gate is shut nothing is read, however long the
-- backlog. The lease of a check ends `overdue_check_ms` after a look has found it past the deadline, however
-- often it is renewed: the version is raised, so its former holder can neither renew, nor hand back, nor save,
-- and the id is in confirm:due again until the end is saved.
-- include lib/clock
-- include lib/version
-- include lib/index
-- include lib/to-send
-- include lib/gate
-- include lib/free-place
-- include lib/leases
local base = KEYS[1]
local leases, deadlines, suspects = base .. "send:leases", base .. "deadlines", base .. "send:suspects"
local now_us = redis_time[1] * 1000000 + redis_time[2]
local mark = "L:" .. owner .. ":" .. round
-- The mark keeps the kind of each lease, so that a repeated call gets the same answer: a send that was taken
-- over is verified, never sent.
local MARK_OF = { go = mark, suspect = mark .. ":suspect", interrupted = mark .. ":interrupted" }
local round_key = base .. "send:round:" .. owner
local lease_until = string.format("%.0f", now + tonumber(lease_ms))
local free = tonumber(most)

local reply, found = { now, "", 0, 0, 0, 0, "[]" }, {}
local function tell(kind, id, about, version, fields)
  found[#found + 1] = { kind, id, about, version, fields[2] or "", fields[3] or "", fields[4] or "" }
  reply[#reply + 1] = fields[8] or ""
end
local function all_told()
  if #found > 0 then
    reply[7] = cjson.encode(found)
  end
  return reply
end
-- The payload is read only for deliveries that are to be sent.
local function read(id, with_payload)
  local record, wanted = base .. "d:" .. id, with_payload and "payload" or "version"
  local fields =
    redis.call("HMGET", record, "version", "request", "state", "late", "lane", "deadline", "mark", wanted)
  fields[8] = with_payload and fields[8] or ""
  return fields
end

-- The caller has given this look up already.
if now - tonumber(called_at) > tonumber(patience_ms) then
  reply[5] = 1
  return reply
end

if redis.call("GET", round_key) == round then
  for _, id in ipairs(redis.call("ZRANGE", leases, 0, -1)) do
    local fields = read(id, true)
    for kind, of_kind in pairs(MARK_OF) do
      if fields[7] == of_kind then
        tell(kind, id, kind == "interrupted" and "" or string.format("%.0f", now), fields[1], fields)
      end
    end
  end
  return all_told()
end

-- Removes an id without a record: it would count as unfinished for ever.
local function leave_as_ghost(id, list)
  zrem(list, id)
  zrem(base .. "status:queued", id)
  zrem(base .. "status:retrying", id)
end

local took = false
local function lease(kind, id, version)
  took = true
  local held = raised(version, now_us)
  redis.call("HSET", base .. "d:" .. id, "version", held, "mark", MARK_OF[kind])
  zadd(leases, lease_until, id)
  return held
end

shorten_leases(leases, lease_until)
for _, id in ipairs(redis.call("ZRANGEBYSCORE", leases, "-inf", now, "LIMIT", 0, 100)) do
  local fields = read(id)
  if fields[1] then
    tell("interrupted", id, "", lease("interrupted", id, fields[1]), fields)
  else
    leave_as_ghost(id, leases)
  end
end

local shut_until, may_probe, why = gate_of(base, now, "send")
local _, _, why_unasked = gate_of(base, now, "check")

-- Whether a round holds a leased check of it. A check that has been found past its deadline, under the same
-- lease, for too long is taken from its round here: a round may call its platform for hours.
local function is_being_checked(id)
  local checks, record = base .. "confirm:leases", base .. "d:" .. id
  if not redis.call("ZSCORE", checks, id) then
    return false
  end
  local fields = redis.call("HMGET", record, "version", "overdue")
  local lease_version, since = string.match(fields[2] or "", "^(%d+) (%d+)$")
  if not fields[1] then
    return true
  elseif lease_version ~= fields[1] then
    redis.call("HSET", record, "overdue", fields[1] .. " " .. string.format("%.0f", now))
    return true
  elseif now - tonumber(since) < tonumber(overdue_check_ms) then
    return true
  end
  redis.call("HSET", record, "version", raised(fields[1], now_us))
  redis.call("HDEL", record, "overdue")
  zrem(checks, id)
  -- The caller has this time to save the end, before the delivery is checked once more.
  zadd(base .. "confirm:due", now + 5000, id)
  return false
end

-- The status, from the list that the id is in: scripts do not read the JSON of a record.
local function status_of(id)
  if redis.call("ZSCORE", leases, id) then
    return "sending"
  end
  for _, status in ipairs({ "queued", "retrying", "confirming", "dead" }) do
    if redis.call("ZSCORE", base .. "status:" .. status, id) then
      return status
    end
  end
  return "unreadable"
end

local past = redis.call("ZRANGEBYSCORE", deadlines, "-inf", now, "LIMIT", 0, 100)
for _, id in ipairs(past) do
  if redis.call("ZSCORE", leases, id) or is_being_checked(id) then
    -- Looked at again later: the deadline waits for the save or the takeover.
    zadd(deadlines, now + 1000, id)
  else
    local fields = read(id)
    if fields[1] then
      local head = fields[5] and lane_head(base, fields[5]) or id
      local gate = status_of(id) == "confirming" and why_unasked or why
      tell("deadline", id, gate .. " " .. (head == id and "" or head .. " " .. status_of(head)), fields[1], fields)
      zadd(deadlines, now + 5000, id)
    else
      leave_as_ghost(id, deadlines)
    end
  end
end
local more = #past == 100
flush()

local next_at = math.huge
local first_deadline = redis.call("ZRANGE", deadlines, 0, 0, "WITHSCORES")[2]
if first_deadline then
  next_at = tonumber(first_deadline)
end

local free_at = {}
local function free_place(family, interval)
  free_at[family] = free_at[family]
    or (interval > 0 and free_place_in(base .. "rate:" .. family, now_us, interval, tonumber(max_rate_wait_ms)))
    or now_us
  return free_at[family]
end

local took_suspect = false
-- Leases one due send; false if its rate has no place now.
local function take(kind, id, family, interval, list)
  local fields = read(id, true)
  if not fields[1] then
    leave_as_ghost(id, list)
    return true
  end
  if fields[5] and not is_lane_head(base, fields[5], id) and lane_head(base, fields[5]) ~= id then
    local at = redis.call("ZSCORE", list, id)
    redis.call("HSET", base .. "d:" .. id, "turn", list == base .. "send:ready:" .. family and now or at)
    zrem(list, id)
    return true
  end
  -- Past its deadline: it is found through `deadlines`, and ends.
  if fields[6] and tonumber(fields[6]) <= now then
    zrem(list, id)
    return true
  end
  local at = now_us
  if interval > 0 then
    at = free_place(family, interval)
    if at - now_us > tonumber(max_rate_wait_ms) * 1000 then
      return false
    end
    free_at[family] = at + interval
  end
  -- Rounded down, so that a free rate causes no wait of a millisecond.
  tell(kind, id, string.format("%d", now + math.floor((at - now_us) / 1000)), lease(kind, id, fields[1]), fields)
  zrem(list, id)
  zrem(base .. "status:queued", id)
  zrem(base .. "status:retrying", id)
  free = free - 1
  took_suspect = took_suspect or kind == "suspect"
  return true
end

local families, interval_of = {}, {}
for i = FIRST, #ARGV, 2 do
  families[#families + 1] = ARGV[i]
  interval_of[ARGV[i]] = tonumber(ARGV[i + 1])
end

-- The due ids of a family: first those with the highest priority (0), then the others by priority, from
-- send:ready.
local has_priorities = redis.call("EXISTS", base .. "send:priority") == 1
local function due_of(family, quota)
  local due, ready = base .. "send:due:" .. family, base .. "send:ready:" .. family
  local items = {}
  if not has_priorities then
    for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, quota)) do
      items[#items + 1] = { id, due }
    end
    return items
  end
  for _ = 1, 20 do
    local ids = redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", #items, 100)
    if #ids == 0 then
      break
    end
    local priorities = redis.call("HMGET", base .. "send:priority", unpack(ids))
    for i, id in ipairs(ids) do
      if priorities[i] then
        redis.call("ZADD", ready, priorities[i], id)
        redis.call("ZREM", due, id)
      else
        items[#items + 1] = { id, due }
      end
    end
    if #items >= quota then
      break
    end
  end
  if #items < quota then
    for _, id in ipairs(redis.call("ZRANGE", ready, 0, quota - #items - 1)) do
      items[#items + 1] = { id, ready }
    end
  end
  return items
end

if shut_until then
  next_at = math.min(next_at, shut_until)
elseif free > 0 then
  if may_probe then
    free = 1
  end
  local taken_before = #found
  if with_suspects == "1" then
    -- Suspects with which one worker has died are leased several at a time; one with which several have died is
    -- leased alone.
    local suspect_deaths
    for _, id in ipairs(redis.call("ZRANGEBYSCORE", suspects, "-inf", now, "LIMIT", 0, math.min(free, 25))) do
      local fields = redis.call("HMGET", base .. "d:" .. id, "family", "suspect")
      local family, deaths = fields[1] or "", fields[2] or "1"
      suspect_deaths = took_suspect and suspect_deaths or deaths
      if not took_suspect or (suspect_deaths == "1" and deaths == "1") then
        if not take("suspect", id, family, interval_of[family] or 0, suspects) then
          break
        end
      end
    end
  end
  local turn = tonumber(round) % math.max(1, #families)
  for i = 1, #families do
    local family = families[(turn + i - 1) % #families + 1]
    local quota = math.ceil(free / (#families - i + 1))
    if quota > 0 then
      for n, item in ipairs(due_of(family, quota)) do
        if n > quota or not take("go", item[1], family, interval_of[family], item[2]) then
          break
        end
      end
    end
  end
  if may_probe and #found > taken_before then
    reply[4] = 1
    redis.call("HSET", base .. "breaker", PROBE_FIELD.send, now + tonumber(probe_lease_ms))
    next_at = math.min(next_at, now + 1000)
  end
  for family, at in pairs(free_at) do
    if interval_of[family] > 0 and at > now_us then
      local lives_ms = math.ceil((at - now_us) / 1000) + 1000
      redis.call("SET", base .. "rate:" .. family, string.format("%.0f", at), "PX", lives_ms)
    end
  end
  flush()
  for _, family in ipairs(families) do
    local first = redis.call("ZRANGE", base .. "send:due:" .. family, 0, 0, "WITHSCORES")[2]
    if redis.call("EXISTS", base .. "send:ready:" .. family) == 1 then
      first = now
    end
    if first then
      -- Not sooner than its rate has a place.
      local wait_us = (free_at[family] or 0) - now_us - tonumber(max_rate_wait_ms) * 1000
      local at = math.max(tonumber(first), now + math.ceil(math.max(0, wait_us) / 1000))
      next_at = math.min(next_at, at)
      more = more or (at <= now and not may_probe)
    end
  end
  local suspect = redis.call("ZRANGE", suspects, 0, 0, "WITHSCORES")[2]
  -- Due suspects wait for the slot of a worker, or for their rate; the worker knows when to look for them.
  if suspect and tonumber(suspect) <= now then
    reply[6] = 1
  elseif suspect then
    next_at = math.min(next_at, tonumber(suspect))
  end
  -- From now on whoever makes a send due rings, unless this worker looks again by itself in a moment.
  if not took and not more and not may_probe and stays_awake == "0" then
    redis.call("SET", base .. "send:asleep", "1")
  end
end
flush()
if took then
  redis.call("SET", round_key, round, "PX", 60000)
end
if next_at < math.huge then
  reply[2] = string.format("%.0f", next_at)
end
reply[3] = more and 1 or 0
return all_told()
