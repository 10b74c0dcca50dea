-- Included: counts what happened, by the minute and by the hour of Redis' clock. The items of a batch are
-- counted together, after the last of them.
--
-- Invariant: every counter expires some time after its minute or hour, so their memory is bounded.
local LIVES_MS = { [""] = "93600000", h = "3024000000" }
local function add_to_counters(base, now, counted)
  for unit, lives_ms in pairs(LIVES_MS) do
    local key = base .. "stats:" .. unit .. math.floor(now / (unit == "h" and 3600000 or 60000))
    for what, times in pairs(counted) do
      redis.call("HINCRBY", key, what, times)
    end
    redis.call("PEXPIRE", key, lives_ms)
  end
end
local counted
local function count(base, now, what)
  if not ending then
    return add_to_counters(base, now, { [what] = 1 })
  end
  if not counted then
    counted = {}
    ending[#ending + 1] = function()
      add_to_counters(base, now, counted)
    end
  end
  counted[what] = (counted[what] or 0) + 1
end
