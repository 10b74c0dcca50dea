-- Counts a process' heartbeats, and notices that Redis knows fewer of them than the process: then it has come back
-- with older data, or a failover has lost writes.
--
-- KEYS[1]  base of the keys of processes
-- ARGV     src/storage/scripts.ts, BEAT
-- Returns  [now, noticed, from, to]; if `noticed`, what was written between `from` and `to` is lost; `from` is "" if
--          nothing is left
--
-- Invariant: the first process that notices a loss reads the time of the latest heartbeat that is left, because no
-- process has written another one; those that notice within the next minute report the same loss.
-- include lib/clock
local own, latest, lost = KEYS[1] .. "beats:" .. id, KEYS[1] .. "latest", KEYS[1] .. "lost"
local SAME_LOSS_MS = 60000

local known = tonumber(redis.call("GET", own) or "0")
local noticed, from, to = 0, "", ""
if known < tonumber(count) - 1 then
  noticed, from, to = 1, redis.call("GET", latest) or "", seen_at
  local noticed_at = now
  local before = redis.call("HMGET", lost, "from", "to", "noticedAt")
  if before[3] and now - tonumber(before[3]) < SAME_LOSS_MS then
    from, noticed_at = before[1], before[3]
    if tonumber(before[2]) > tonumber(to) then
      to = before[2]
    end
  end
  redis.call("HSET", lost, "from", from, "to", to, "noticedAt", noticed_at)
  redis.call("PEXPIRE", lost, loss_kept_for_ms)
end
redis.call("SET", own, count, "PX", beat_kept_for_ms)
redis.call("SET", latest, now)
return { now, noticed, from, to }
