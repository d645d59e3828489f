-- with types.lua rights.lua
-- Adds run times to those of a minute. A field has the name of a class, or none for all classes that were too many. Its text is the sum
-- of the milliseconds and the number of jobs in each bucket, with blanks between them.
-- KEYS: java:metrics:m:MINUTE; ARGV: how many classes a minute may have, seconds until the hash expires, then for each class its name and
--       its text
local wrong = not_a('hash', KEYS[1]) or not_allowed('EXPIRE', KEYS[1])
if wrong then --@times_refused
  return wrong
end
for a = 3, #ARGV, 2 do
  local class = ARGV[a]
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) and redis.call('HEXISTS', KEYS[1], class) == 0 then --@times_bound
    class = ''
  end
  local before, sums = {}, {}
  for number in string.gmatch(redis.call('HGET', KEYS[1], class) or '', '%d+') do --@times_before
    before[#before + 1] = tonumber(number)
  end
  for number in string.gmatch(ARGV[a + 1], '%d+') do
    sums[#sums + 1] = string.format('%.0f', number + (before[#sums + 1] or 0))
  end
  redis.call('HSET', KEYS[1], class, table.concat(sums, ' '))
end
redis.call('EXPIRE', KEYS[1], ARGV[2]) --@times_expire
return 1
