-- Lists deliveries that should have a ticket by now: overdue ones, and those due within the horizon.
--
-- KEYS[1]  base of the account's keys
-- ARGV     1 horizon in ms, 2 most ids, 3 pause in ms before an overdue id is looked at again
-- Returns  {now, oldest overdue in ms, id, due, priority, 1 if its deadline has passed, id, …}
--
-- An overdue id is pushed back by the pause, or to its deadline: its ticket has been looked after, and a
-- long backlog is not looked at again and again. A delivery whose send is under way has its attempt lease
-- here instead.
local base = KEYS[1]
local due = base .. "send:due"
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call("ZRANGEBYSCORE", due, "-inf", now + tonumber(ARGV[1]), "WITHSCORES", "LIMIT", 0, ARGV[2])
local reply = { now, 0 }
for i = 1, #found, 2 do
  local id, at = found[i], tonumber(found[i + 1])
  local fields = redis.call("HMGET", base .. "d:" .. id, "version", "priority", "state")
  if not fields[1] then
    redis.call("ZREM", due, id)
  else
    local deadline = tonumber(string.match(fields[3] or "", '"deadlineAt":(%d+)') or math.huge)
    if at <= now then
      reply[2] = math.max(reply[2], now - at)
      local again = now + tonumber(ARGV[3])
      redis.call("ZADD", due, deadline > now and math.min(again, deadline) or again, id)
    end
    reply[#reply + 1] = id
    reply[#reply + 1] = string.format("%.0f", at)
    reply[#reply + 1] = fields[2] or "0"
    reply[#reply + 1] = deadline <= now and "1" or "0"
  end
end
return reply
