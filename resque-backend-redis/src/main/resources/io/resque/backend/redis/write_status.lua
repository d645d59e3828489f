-- with clock.lua status.lua
-- KEYS: status; ARGV: state, result, expiry or '', 1 if none may be there yet or 0
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[1]) == 1 then --@new_status
  return 0
end
return write_status(KEYS[1], ARGV[1], ARGV[2], ARGV[3])
