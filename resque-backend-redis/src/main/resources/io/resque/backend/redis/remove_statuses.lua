-- with types.lua
-- Removes statuses that still stand as they were seen.
-- KEYS: the statuses; ARGV: for each: state, second of its last change, second of its start or ''
-- Answers which were removed, counted from 0.
local removed = {}
for i, key in ipairs(KEYS) do
  local at = 3 * i - 2
  local text = text_of(key) or ''
  if string.match(text, '"status":"?(%d+)') == ARGV[at] --@seen_state
      and string.match(text, '"updated":(%d+)') == ARGV[at + 1] --@last_change
      and (string.match(text, '"started":(%d+)') or '') == ARGV[at + 2] then --@start
    redis.call('DEL', key)
    removed[#removed + 1] = i - 1
  end
end
return removed
