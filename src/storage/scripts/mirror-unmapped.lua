-- Counts a message whose staff id has no recipient, once a message.
--
-- KEYS[1]  base of the keys of the account whose messages are mirrored
-- ARGV     1 account that gets the todos, 2 message, 3 staff id, 4 now
-- Returns  how many messages of this staff id were counted, 0 if this one had been counted before
--
-- Invariant: of many mirrors at once, one sees the first message of a staff id.
local memory = KEYS[1] .. "mirror:" .. ARGV[1]
if redis.call("HSETNX", memory, ARGV[2] .. ":unmappedAt", ARGV[4]) == 0 then
  return 0
end
return redis.call("HINCRBY", memory .. ":unmapped", ARGV[3], 1)
