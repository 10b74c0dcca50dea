-- Adds accounts to those that ever had a delivery.
--
-- KEYS[1]  the hash of accounts
-- ARGV     name and platform of each
-- Returns  nothing
--
-- An account that is there keeps its platform: two configurations side by side would otherwise overwrite each
-- other's every minute. An account that was retired no longer is.
for at = FIRST, #ARGV, 2 do
  local is_read, entry = pcall(cjson.decode, redis.call("HGET", KEYS[1], ARGV[at]) or "")
  local platform = is_read and type(entry) == "table" and entry.platform
  if type(platform) ~= "string" then
    redis.call("HSET", KEYS[1], ARGV[at], cjson.encode({ platform = ARGV[at + 1] }))
  elseif entry.retired and entry.retired ~= cjson.null then
    redis.call("HSET", KEYS[1], ARGV[at], cjson.encode({ platform = platform }))
  end
end
