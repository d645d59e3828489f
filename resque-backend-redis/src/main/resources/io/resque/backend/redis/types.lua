-- Keys of a wrong type, and refusals.

-- An error unless the key has the wanted type or does not exist. A script checks its keys before its first write, since an
-- error WRONGTYPE after that would leave the script half done.
local function not_a(wanted, key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= wanted and kind ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind .. ', not a ' .. wanted .. '; nothing was written')
  end
  return nil
end

-- The text of a key; nil if there is none, or it is of another type.
local function text_of(key)
  local text = redis.pcall('GET', key)
  return type(text) == 'string' and text or nil
end

-- Whether a pcall has failed, and not because of the type of the key: a missing right, for example.
local function is_refused(answer)
  return type(answer) == 'table' and answer.err and not string.find(answer.err, 'WRONGTYPE', 1, true)
end
