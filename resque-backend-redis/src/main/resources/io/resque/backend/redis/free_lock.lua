-- with types.lua
-- Frees a lock whoever holds it, if it is as it was read.
-- KEYS: lock, and the key beside it if it has one; ARGV: owner and the letter of the state; without them, the lock must be that of another program
-- Answers 1 freed, 0 not.
local text = text_of(KEYS[1])
if not text then
  return 0
end
if KEYS[2] and ARGV[1] then --@owner_beside
  text = text_of(KEYS[2]) or ''
end
local state, owner = string.match(text, '^%d+ java:%l(%l) %d+ (%w+)')
if owner ~= ARGV[1] or state ~= ARGV[2] then --@as_read
  return 0
end
redis.call('DEL', unpack(KEYS))
return 1
