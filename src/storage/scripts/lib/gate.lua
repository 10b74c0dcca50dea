-- Included: whether the account's gate is open, for sends or for checks.
--
-- Returns  until when it is shut (nil: it is not), whether the next call is a probe, why: "paused" |
--          "open" (the breaker) | "held" (the credentials were refused) | ""
--
-- A breaker opens for at most five minutes (src/account/limits.ts, `longestOpenMs`), a hold and a probe for less. A later
-- time is from before Redis' clock was set back, and does not count.
local LONGEST_SHUT_MS = 300000
local function is_ahead(at, now)
  return at > now and at <= now + LONGEST_SHUT_MS
end
local PROBE_FIELD = { send = "probeUntil", check = "checkProbeUntil" }
local function gate_of(base, now, kind)
  local gate = redis.call(
    "HMGET", base .. "breaker", "state", "until", "probeUntil", "paused", "pausedUntil", "checkState", "checkUntil",
    "checkProbeUntil"
  )
  -- A pause with a planned end ends by itself.
  local paused_until = tonumber(gate[5] or "")
  if gate[4] and (not paused_until or paused_until > now) then
    return math.min(now + 5000, paused_until or math.huge), false, "paused"
  end
  -- A held account is held for sends and checks alike, and one call of either kind is its probe.
  local is_held, of_checks = gate[1] == "held", kind == "check"
  local state, shut_until = gate[1], gate[2]
  local probed_until = tonumber(gate[of_checks and 8 or 3] or "0")
  if is_held then
    probed_until = math.max(tonumber(gate[3] or "0"), tonumber(gate[8] or "0"))
  elseif of_checks then
    state, shut_until = gate[6], gate[7]
  end
  if not state or state == "closed" then
    return nil, false, ""
  end
  if is_ahead(tonumber(shut_until), now) then
    return tonumber(shut_until), false, state
  end
  -- One probe is let through now and then. While it is under way, other calls wait for it.
  if is_ahead(probed_until, now) then
    return math.min(probed_until, now + 2000), false, state
  end
  return nil, true, state
end
