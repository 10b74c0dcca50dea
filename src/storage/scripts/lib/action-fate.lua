-- Included: counts how a delivery ended that a bulk action replayed, once for each replay.
local FATES_KEPT_MS = 8 * 24 * 3600 * 1000
local function count_fate(base, record, action, status)
  local fates = base .. "fates:" .. action
  redis.call("HINCRBY", fates, status, 1)
  redis.call("PEXPIRE", fates, FATES_KEPT_MS)
  redis.call("HDEL", record, "action")
end
