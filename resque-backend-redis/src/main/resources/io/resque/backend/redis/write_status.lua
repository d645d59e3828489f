-- KEYS: status; ARGV: state, result, expiry or ''
return write_status(KEYS[1], ARGV[1], ARGV[2], ARGV[3])
