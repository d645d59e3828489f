-- Times, by the clock of the server.

local read_time -- a run asks once
local function now()
  read_time = read_time or tonumber(redis.call('TIME')[1])
  return read_time
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
  -- As one number first, such as 20261130195321: to make text of each part takes longer.
  local date = year * 10000 + month * 100 + doy - (days - days % 5) / 5 + 1
  local time = rest + (rest - rest % 60) / 60 * 40 + (rest - rest % 3600) / 3600 * 4000
  return (string.gsub(string.format('%014.0f', date * 1000000 + time), '(....)(..)(..)(..)(..)(..)', '%1-%2-%3T%4:%5:%6'))
end
