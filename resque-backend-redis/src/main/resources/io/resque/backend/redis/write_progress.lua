-- with clock.lua types.lua
-- Keeps what a job tells of itself beside its status.
-- KEYS: status, progress; ARGV: JSON, expiry or ''
-- Answers 1 if it was written; 0 if there is no status, or the key is of another type.
if redis.call('EXISTS', KEYS[1]) == 0 or not_a('string', KEYS[2]) then --@progress_place
  return 0
end
local text = '{"updated":' .. string.format('%.0f', now()) .. ',"progress":' .. ARGV[1] .. '}' --@progress_text
if ARGV[2] == '' then
  redis.call('SET', KEYS[2], text)
else
  redis.call('SET', KEYS[2], text, 'EX', ARGV[2]) --@progress_expiry
end
return 1
