-- Included: the timeline of a delivery: JSON entries, one a line.
--
-- Invariant: a timeline has a limited length. The first entries and every send stay; of the others the oldest
-- are dropped.
local STORY_CAP, STORY_START = 200, 10
-- Whether an entry is a send. An entry that cannot be read counts as one, because it may have been one.
local function is_send(line)
  local ok, entry = pcall(cjson.decode, line)
  return not ok or type(entry) ~= "table" or entry.event == "sent"
end

local function has_sends(story)
  for line in string.gmatch(story, "[^\n]+") do
    if is_send(line) then
      return true
    end
  end
  return false
end

local function add_to_story(story, entries)
  if entries == "" then
    return story or ""
  end
  if not story or story == "" then
    return entries
  end
  story = story .. "\n" .. entries
  -- No entry is shorter than 30 characters, so the entries of a short text need not be counted.
  if #story < STORY_CAP * 30 then
    return story
  end
  local lines = {}
  for line in string.gmatch(story, "[^\n]+") do
    lines[#lines + 1] = line
  end
  local surplus = #lines - STORY_CAP
  if surplus <= 0 then
    return story
  end
  local kept = {}
  for i, line in ipairs(lines) do
    if surplus > 0 and i > STORY_START and not is_send(line) then
      surplus = surplus - 1
    else
      kept[#kept + 1] = line
    end
  end
  return table.concat(kept, "\n")
end
