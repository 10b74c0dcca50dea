-- Reads records for a search through many of them.
--
-- KEYS[1]  base of the account's keys
-- ARGV     src/storage/scripts.ts, READ_RECORDS, then their ids
-- Returns  {how many were looked at, number, request, state, version, mark, late, callbackState, number, …}: the
--          first ones, as many as fit into `most_bytes`, one at least; number: of which id, from 1
--
-- Records that do not contain the wanted words, as JSON writes them, are left out. A trimmed record is always
-- returned.
local base = KEYS[1]
-- The lower case of these two letters is ASCII, which is all that Lua can convert.
local KELVIN, DOTTED_I = "\226\132\170", "\196\176"
local function holds(text, words)
  return string.find(text, words, 1, true)
end
local function is_meant(record)
  if asked_words ~= "" then
    local request = redis.call("HGET", record, "request")
    if request and not holds(request, asked_words) then
      return false
    end
  end
  if state_words == "" and small_words == "" then
    return true
  end
  local state = redis.call("HGET", record, "state")
  if not state then
    return true
  end
  return holds(state, state_words)
    and (holds(string.lower(state), small_words) or holds(state, KELVIN) or holds(state, DOTTED_I))
end

local reply, bytes = { 0 }, 0
for i = FIRST, #ARGV do
  local record = base .. "d:" .. ARGV[i]
  reply[1] = i - FIRST + 1
  if is_meant(record) then
    local fields = redis.call("HMGET", record, "request", "state", "version", "mark", "late", "callbackState")
    local at = #reply
    reply[at + 1] = reply[1]
    for n = 1, 6 do
      reply[at + 1 + n] = fields[n]
      bytes = bytes + #(fields[n] or "")
    end
  end
  if bytes > tonumber(most_bytes) then
    break
  end
end
return reply
