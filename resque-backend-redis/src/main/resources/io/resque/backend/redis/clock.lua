-- Times, by the clock of the server.

local function now()
  return tonumber(redis.call('TIME')[1])
end

-- The date and time, in UTC, of a number of seconds since the epoch. Uses remainders, since calls of math.floor are slower.
local function civil(seconds)
  local rest = seconds % 86400
  local z = (seconds - rest) / 86400 + 719468
  local doe = z % 146097
  local yoe = doe - (doe - doe % 1460) / 1460 + (doe - doe % 36524) / 36524 - (doe - doe % 146096) / 146096
  yoe = (yoe - yoe % 365) / 365
  local doy = doe - (365 * yoe + (yoe - yoe % 4) / 4 - (yoe - yoe % 100) / 100)
  local mp = 5 * doy + 2
  mp = (mp - mp % 153) / 153
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + (z - doe) / 146097 * 400 + (month <= 2 and 1 or 0)
  local days = 153 * mp + 2
  local minutes = rest % 3600
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d', year, month, doy - (days - days % 5) / 5 + 1,
    (rest - minutes) / 3600, (minutes - rest % 60) / 60, rest % 60)
end
