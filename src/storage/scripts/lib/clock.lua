-- Included: the time of this call by Redis' clock, in ms.
local redis_time = redis.call("TIME")
local now = redis_time[1] * 1000 + math.floor(redis_time[2] / 1000)
