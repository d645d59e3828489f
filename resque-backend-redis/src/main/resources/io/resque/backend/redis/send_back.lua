-- with clock.lua types.lua rights.lua limits.lua
-- Sends jobs that wait back to their queues, as many as there are free slots.
-- KEYS: queues, limits, then for each limit java:slots:NAME and java:limited:NAME; ARGV: what stands before the name of a queue in
-- its key, then the name of each limit
for i = 2, #ARGV do
  local slots, limited = KEYS[2 * i - 1], KEYS[2 * i]
  local forbidden = may_not_send(slots, limited, KEYS[2], KEYS[1])
  if forbidden then --@send_refused
    return forbidden
  end
  if not (not_a('zset', slots) or not_a('list', limited) or not_a('set', KEYS[1])) then
    send_back(ARGV[i], slots, limited, KEYS[2], KEYS[1], ARGV[1])
  end
end
return redis.call('EXISTS', KEYS[2])
