-- Included: counts what happened, by the minute and by the hour of Redis' clock. The items of a batch are
-- counted together, after the last of them.
--
-- Invariant: every counter ends some time after its minute or hour, so they take a bounded place.
local LIVES_MS = { [""] = 93600000, h = 3024000000 }
local function count(base, now, what)
  for unit, lives_ms in pairs(LIVES_MS) do
    local key = base .. "stats:" .. unit .. math.floor(now / (unit == "h" and 3600000 or 60000))
    if not last then
      redis.call("HINCRBY", key, what, 1)
      redis.call("PEXPIRE", key, lives_ms)
    else
      local counted = last[key .. " " .. what]
      if counted then
        counted[4] = counted[4] + 1
      else
        last[key .. " " .. what] = { "HINCRBY", key, what, 1 }
        finally[key] = { "PEXPIRE", key, lives_ms }
      end
    end
  end
end
