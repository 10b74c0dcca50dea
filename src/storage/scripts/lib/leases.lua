-- Included: no lease ends later than one that begins now. A later end is from before Redis' clock was set back: the lease
-- of a worker that died would hold until the clock has caught up. Its holder has lost nothing: it still has a whole lease.
local function shorten_leases(leases, latest_end)
  for _, id in ipairs(redis.call("ZRANGEBYSCORE", leases, "(" .. latest_end, "+inf", "LIMIT", 0, 100)) do
    redis.call("ZADD", leases, latest_end, id)
  end
end
