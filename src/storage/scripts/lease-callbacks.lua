-- Leases callbacks that are due. A lease only moves the due time: after the death of a worker the callback
-- falls due again.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, LEASE_CALLBACKS
-- Returns  {now, next due or "", id, callback URL or "", callback state JSON or "", request, state, version,
--          id, …}; request and state are "" for a trimmed record
--
-- Invariant: while a lease holds, the record has a `callbackState`; a script that removes it (a replay, an end)
-- ends the lease.
-- include lib/clock
local base = KEYS[1]
local due = base .. "callback:due"
local found = { now, "" }
for _, id in ipairs(redis.call("ZRANGEBYSCORE", due, "-inf", now, "LIMIT", 0, most)) do
  local record = base .. "d:" .. id
  local fields = redis.call("HMGET", record, "callback", "callbackState", "request", "state", "version")
  if fields[5] then
    redis.call("ZADD", due, now + tonumber(lease_ms), id)
    redis.call("HSET", record, "callbackLease", lease, "callbackState", fields[2] or "")
    for _, value in ipairs({ id, fields[1] or "", fields[2] or "", fields[3] or "", fields[4] or "", fields[5] or "0" }) do
      found[#found + 1] = value
    end
  else
    redis.call("ZREM", due, id)
  end
end
local first = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
found[2] = first[2] or ""
return found
