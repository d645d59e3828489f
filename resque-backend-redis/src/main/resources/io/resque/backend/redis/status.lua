-- Needs clock.lua.

-- The record is php-resque's: {"status":2,"updated":…,"started":…,"result":null}.
local function write_status(key, state, result, expiry)
  local old = redis.pcall('GET', key)
  if type(old) == 'table' and string.find(old.err, 'WRONGTYPE', 1, true) then --@foreign_status
    return 0 -- a key of another type is not a status, and is left alone
  elseif type(old) ~= 'string' then
    old = nil
  end
  if state ~= '1' then
    if not old then --@unknown_token
      return 0
    end
    local was = string.match(old, '"status":"?(%d+)') --@old_state
    if state == '2' and (was == '3' or was == '4') then --@after_the_end
      return 0
    end
  end
  local updated = string.format('%.0f', now()) --@updated
  local started = updated
  if state ~= '1' then --@keeps_start
    started = string.match(old, '"started":(%d+)') or string.match(old, '"updated":(%d+)') or updated --@old_start
  end
  local text = '{"status":' .. state .. ',"updated":' .. updated .. ',"started":' .. started .. ',"result":' .. result .. '}' --@status_text
  if expiry == '' then
    redis.call('SET', key, text) --@without_expiry
  else
    redis.call('SET', key, text, 'EX', expiry) --@with_expiry
  end
  return 1
end
