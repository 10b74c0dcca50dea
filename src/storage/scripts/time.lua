-- Redis' clock, of the node that KEYS[1] lives on: in a cluster all workers and producers ask the same one.
--
-- KEYS[1]  any name
-- Returns  {seconds, microseconds}
return redis.call("TIME")
