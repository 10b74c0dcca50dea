-- Included: when the calls about each entity left, for budgets. One hash for each window of time: entity →
-- times in ms, separated by spaces.
--
-- A time may be in the future: that of a call that waits for its rate, or because Redis' clock was set back.
local function log_key(base, window, number)
  return base .. "budgets:" .. window .. ":" .. string.format("%d", number)
end
local function read_logs(base, window, now, entities)
  local logs, number = {}, math.floor(now / window)
  for _, entity in ipairs(entities) do
    logs[entity] = { times = {}, texts = {} }
  end
  for n = number - 1, number + 1 do
    local found = redis.call("HMGET", log_key(base, window, n), unpack(entities))
    for i, moments in ipairs(found) do
      local log = logs[entities[i]]
      if moments and not log.texts[n] then
        log.texts[n] = moments
        for at in string.gmatch(moments, "%d+") do
          log.times[#log.times + 1] = tonumber(at)
        end
      end
    end
  end
  return logs
end
-- `changed`: the commands that will write it, by window.
local function add_to_log(base, window, entity, log, at, changed)
  local number = math.floor(at / window)
  local moment, before = string.format("%.0f", at), log.texts[number]
  log.times[#log.times + 1] = at
  log.texts[number] = before and before .. " " .. moment or moment
  local command = changed[number] or { "HSET", log_key(base, window, number) }
  changed[number] = command
  command[#command + 1], command[#command + 2] = entity, log.texts[number]
end
local function write_logs(base, window, now, changed)
  for number, command in pairs(changed) do
    redis.call(unpack(command))
    redis.call("PEXPIRE", command[2], string.format("%d", math.max(1, (number + 2) * window - now)))
  end
  -- A window that is long over. UNLINK, because the hash may be large: Redis frees it in the background.
  redis.call("UNLINK", log_key(base, window, math.floor(now / window) - 2))
end
