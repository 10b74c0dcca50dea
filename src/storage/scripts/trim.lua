-- Replaces an ended record by its short form (src/storage/trimmed-record.ts).
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, TRIM; then its pieces
-- Returns  1, or 0 if its version has changed, or it is gone
--
-- Invariants: what scripts read of an ended record stays a field of its own. The key is deleted and written
-- again, because Redis never turns a hash table back into its compact form.
local record = KEYS[1] .. "d:" .. id
local STAY = { "version", "key", "recipients", "named", "claimed", "callbackState", "callbackLease" }
local values = redis.call("HMGET", record, unpack(STAY))
if values[1] ~= version then
  return 0
end
local fields = {}
local function set(name, value)
  fields[#fields + 1], fields[#fields + 2] = name, value
end
for i, name in ipairs(STAY) do
  if values[i] then
    set(name, values[i])
  end
end
-- For `of`, when the record is deleted.
if receipt ~= "" then
  set("receipt", receipt)
  if lane ~= "" then
    set("lane", lane)
  end
end
for at = FIRST, #ARGV do
  set(at - FIRST, ARGV[at])
end
redis.call("DEL", record)
redis.call("HSET", record, unpack(fields))
return 1
