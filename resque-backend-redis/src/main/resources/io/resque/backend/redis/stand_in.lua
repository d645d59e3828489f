-- Texts that stand for bytes which a record or a caller cannot take.

-- Bytes as a JSON string that every library can read.
local function shown(bytes)
  return cjson.encode((string.gsub(bytes, '[\128-\255]', '?'))) --@ascii
end

-- The stand-in for a payload that is too large for the caller. It names the field of the hash java:oversize for the whole
-- payload, unless the hash is nil.
local function stand_in(payload, hash, field)
  local kept = hash and ',"kept_in":' .. cjson.encode(hash) .. ',"kept_as":"' .. field .. '"' or ''
  return '{"class":"OversizePayload","args":[],"size":' .. #payload .. kept .. ',"head":' .. shown(string.sub(payload, 1, 1000)) --@size
    .. ',"tail":' .. shown(string.sub(payload, -200)) .. '}'
end
