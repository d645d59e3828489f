-- Removes members from the set of the seconds of an item, if the item does not stand there.
-- KEYS: the set, then the list of each member; ARGV: the item, then the members
-- Answers how many were removed.
local removed = 0
for i = 2, #KEYS do
  local place = redis.pcall('LPOS', KEYS[i], ARGV[1])
  if not place or type(place) == 'table' then
    removed = removed + redis.call('SREM', KEYS[1], ARGV[i]) --@remove
  end
end
return removed
