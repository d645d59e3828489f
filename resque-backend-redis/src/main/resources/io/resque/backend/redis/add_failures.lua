-- with types.lua
-- KEYS: failed_queues, then a list for each record; ARGV: for each its record and its name in failed_queues or ''
for i = 2, #KEYS do
  local wrong = not_a('list', KEYS[i])
  if wrong then --@type
    return wrong
  end
end
for i = 2, #KEYS do
  if ARGV[2 * i - 2] ~= '' then
    redis.call('SADD', KEYS[1], ARGV[2 * i - 2]) --@failed_queues
  end
end
for i = 2, #KEYS do
  redis.call('RPUSH', KEYS[i], ARGV[2 * i - 3]) --@append
end
return #KEYS - 1
