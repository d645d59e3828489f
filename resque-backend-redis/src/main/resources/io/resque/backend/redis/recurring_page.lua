-- Reads entries of recurring jobs, each with its last run.
-- KEYS: persistent_schedules, delayed:last_enqueued_at, java:paused_schedules
-- ARGV: largest number of bytes of an entry, then the name of the only entry to read; or a cursor and about how many entries
-- Answers the time, the next cursor, the names, and for each: bytes or false, their number, last run or false, 1 if it is paused.
local time = now()
local next, found = '0', {}
local scanned
if #ARGV == 2 then
  local config = redis.pcall('HGET', KEYS[1], ARGV[2])
  if type(config) == 'string' then
    found = { ARGV[2], config }
  elseif config then
    scanned = config
  end
else
  scanned = redis.pcall('HSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
  if not scanned.err then
    next, found = scanned[1], scanned[2] --@cursor
  end
end
if scanned and scanned.err and not string.find(scanned.err, 'WRONGTYPE', 1, true) then
  return scanned
end
local names, entries, most = {}, {}, tonumber(ARGV[1])
for i = 1, #found, 2 do
  local name, config = found[i], found[i + 1]
  local last = redis.pcall('HGET', KEYS[2], name)
  names[#names + 1] = name
  entries[#entries + 1] = {
    #config <= most and config, --@limit
    #config,
    type(last) == 'string' and last, --@last_run
    redis.pcall('SISMEMBER', KEYS[3], name) == 1 and 1 or 0 --@paused
  }
end
return { time, next, names, entries }
