-- with clock.lua types.lua status.lua
-- Ends jobs again whose statuses were written late, by another library.
-- KEYS: the statuses; ARGV: for each: state, result, expiry or '', the earliest second at which its record was started or ''
-- Answers for each 1 if its record is there and says that it has ended, otherwise 0.
local answer = {}
for i, key in ipairs(KEYS) do
  local at = 4 * i - 3
  local old = text_of(key) or ''
  local was = string.match(old, '"status":"?(%d+)') --@state
  local started = string.match(old, '"started":(%d+)') or string.match(old, '"updated":(%d+)') or '0' --@started
  if was == '1' or was == '2' then --@late
    answer[i] = write_status(key, ARGV[at], ARGV[at + 1], ARGV[at + 2]) --@again
  elseif was == '3' or was == '4' then
    answer[i] = tonumber(started) >= (tonumber(ARGV[at + 3]) or 0) and 1 or 0 --@since
  else
    answer[i] = 0 --@absent
  end
end
return answer
