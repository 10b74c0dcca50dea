-- Included: the version of a record after a change. A failover may lose writes, and then both its former and its new
-- master have changed the same version. So a version is raised by more than one: by the microseconds of the time,
-- which differ, and each of the two changes is refused after the other.
local function raised(version, us)
  return string.format("%.0f", version + 1 + us % 1000000)
end
