-- Counts a message whose staff id has no recipient, once for each message.
--
-- KEYS[1]  base of the keys of the account whose messages are mirrored
-- ARGV     src/storage/scripts.ts, MIRROR_UNMAPPED
-- Returns  how many messages of this staff id were counted, 0 if this one had been counted before
--
-- Invariant: of several mirrors at once, only one sees the first message of a staff id.
local memory = KEYS[1] .. "mirror:" .. to
if redis.call("HSETNX", memory, message .. ":unmappedAt", at) == 0 then
  return 0
end
return redis.call("HINCRBY", memory .. ":unmapped", staff, 1)
