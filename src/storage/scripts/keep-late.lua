-- Stores a late receipt beside a delivery whose next send is leased. State and version stay as they are; the
-- next save reads it first.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, KEEP_LATE
-- Returns  1, or 0 if it is not leased in this version
local record = KEYS[1] .. "d:" .. id
local fields = redis.call("HMGET", record, "version", "mark", "late")
if fields[1] ~= version or string.sub(fields[2] or "", 1, 2) ~= "L:" then
  return 0
end
-- Not twice, if a connection that broke repeats the call.
if not fields[3] or not string.find("\n" .. fields[3] .. "\n", "\n" .. receipt .. "\n", 1, true) then
  redis.call("HSET", record, "late", fields[3] and (fields[3] .. "\n" .. receipt) or receipt)
end
return 1
