-- Included: whether the account's gate is open.
--
-- Returns  until when it is shut (nil: it is not), whether the next call is a probe, why: "paused" |
--          "open" (the breaker) | "held" (the credentials were refused) | ""
local function gate_of(base, now)
  local gate = redis.call("HMGET", base .. "breaker", "state", "until", "probeUntil", "paused", "pausedUntil")
  -- A pause with a planned end is over by itself.
  local paused_until = tonumber(gate[5] or "")
  if gate[4] and (not paused_until or paused_until > now) then
    return math.min(now + 5000, paused_until or math.huge), false, "paused"
  end
  if not gate[1] or gate[1] == "closed" then
    return nil, false, ""
  end
  if tonumber(gate[2]) > now then
    return tonumber(gate[2]), false, gate[1]
  end
  -- One is let through now and then; while it is under way the others wait for it.
  if gate[3] and tonumber(gate[3]) > now then
    return math.min(tonumber(gate[3]), now + 2000), false, gate[1]
  end
  return nil, true, gate[1]
end
