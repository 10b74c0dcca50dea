-- Which commands Redis' user may not use. Redis 7 and Valkey can tell; for an older version nothing is known.
--
-- KEYS[1]  a key of ours
-- ARGV     the commands
-- Returns  {those that it may not use, those that Redis does not have}
local lacking, unknown = {}, {}
for _, command in ipairs(redis.acl_check_cmd and ARGV or {}) do
  local is_known, may = pcall(redis.acl_check_cmd, command, KEYS[1])
  if not is_known then
    unknown[#unknown + 1] = command
  elseif not may then
    lacking[#lacking + 1] = command
  end
end
return { lacking, unknown }
