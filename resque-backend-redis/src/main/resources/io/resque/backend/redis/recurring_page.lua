-- with clock.lua types.lua
-- Reads entries of recurring jobs, each with its last run.
-- KEYS: persistent_schedules, delayed:last_enqueued_at, java:paused_schedules
-- ARGV: largest number of bytes of an entry, then the name of the only entry to read; or a cursor and about how many entries
-- Answers the time, the next cursor, the names, and for each: bytes or false, their number, last run or false, 1 if it is paused.
local time, next, found = now(), '0', {}
if not_a('hash', KEYS[1]) then
  return { time, next, {}, {} }
end
if #ARGV == 2 then
  local config = redis.call('HGET', KEYS[1], ARGV[2])
  found = config and { ARGV[2], config } or {}
else
  local scanned = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
  next, found = scanned[1], scanned[2] --@cursor
end
local has_runs, has_pauses = not not_a('hash', KEYS[2]), not not_a('set', KEYS[3])
local names, entries, most = {}, {}, tonumber(ARGV[1])
for i = 1, #found, 2 do
  local name, config = found[i], found[i + 1]
  names[#names + 1] = name
  entries[#entries + 1] = {
    #config <= most and config, --@limit
    #config,
    has_runs and redis.call('HGET', KEYS[2], name), --@last_run
    has_pauses and redis.call('SISMEMBER', KEYS[3], name) or 0 --@paused
  }
end
return { time, next, names, entries }
