-- with clock.lua types.lua
-- How many runs of a job failed, if its retry was due and none of us has moved it.
-- KEYS: the counter and the due second of its name
-- Answers the number, or 0.
local run, due = text_of(KEYS[1]), text_of(KEYS[2])
if run and due and string.match(run, '^%d%d?%d?%d?%d?%d?%d?%d?%d?$') and tonumber(due) <= now() then --@note_past
  return run + 1
end
return 0
