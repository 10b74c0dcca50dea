-- Included by scripts that delete a record. Its idempotency key expires some time after it, and the platform's
-- ids stay known under that key for longer, so that `"of": "<key>"` still resolves.
--
-- A record that no longer parses (an older schema) has no receipt to keep.
--
-- @param stored the record's state, JSON with receipt and lane; of a trimmed one its receipt, and its lane beside it
local function keep_receipt(base, id, key, stored, key_ms, receipt_ms)
  local claim = base .. "key:" .. key
  local claimed = redis.call("GET", claim)
  if claimed and string.match(claimed, "^%S+") == id then
    redis.call("PEXPIRE", claim, key_ms)
  end
  local parsed, fields = pcall(cjson.decode, stored.state or stored.receipt or "")
  if parsed and not stored.state then
    fields = { receipt = fields, lane = stored.lane }
  end
  if not parsed or type(fields) ~= "table" or type(fields.receipt) ~= "table" or not next(fields.receipt) then
    return
  end
  local lane = type(fields.lane) == "string" and fields.lane or cjson.null
  redis.call("SET", base .. "receipt:" .. key, cjson.encode({ receipt = fields.receipt, lane = lane }), "PX", receipt_ms)
end
