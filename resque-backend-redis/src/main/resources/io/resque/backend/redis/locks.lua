-- Needs types.lua.

-- The error if a write was refused for another reason than a full server, which keeps no item from being taken away.
local function refused_write(answer)
  return type(answer) == 'table' and answer.err and not string.find(answer.err, 'OOM', 1, true) and answer or nil
end

-- Looks at the locks KEYS[first] to KEYS[last]. `ours` is the value of locks that are ours. If `hold` is not '', locks that nobody else
-- holds are taken or renewed for so many seconds. Otherwise KEYS[last] is no lock, but the note of a foreign one: it is written for
-- `note` seconds whenever a foreign lock is seen, and counts as that lock.
-- Answers an error if one of them cannot be read or written; else the key and value of one that is held, and not by us.
local function held_lock(first, last, ours, hold, note)
  local free = {}
  for i = first, last do
    local holder = redis.pcall('GET', KEYS[i])
    if is_refused(holder) then --@lock_right
      return holder
    elseif type(holder) == 'string' and holder ~= ours then --@holder
      if hold ~= '' then
        return nil, { KEYS[i], holder }
      elseif i < last then
        local noted = redis.pcall('SET', KEYS[last], KEYS[i] .. '\n' .. holder, 'EX', note) --@note
        return refused_write(noted), { KEYS[i], holder }
      end
      local lock, value = string.match(holder, '^(.-)\n(.*)$')
      return nil, lock and { lock, value } --@noted
    elseif type(holder) ~= 'table' then -- a key of another type is no lock, and is left alone
      free[#free + 1] = KEYS[i]
    end
  end
  for i = 1, hold == '' and 0 or #free do
    local refused = refused_write(redis.pcall('SET', free[i], ours, 'EX', hold)) --@hold
    if refused then
      return refused
    end
  end
end
