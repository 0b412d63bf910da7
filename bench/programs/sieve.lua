-- The sieve of Eratosthenes over bytes: bounds checks and strided stores.
local ffi = require("ffi")

local function count_primes(limit)
    local composite = ffi.new("uint8_t[?]", limit + 1)
    local i = 2
    while i * i <= limit do
        if composite[i] == 0 then
            for j = i * i, limit, i do composite[j] = 1 end
        end
        i = i + 1
    end
    local count = 0
    for n = 2, limit do
        if composite[n] == 0 then count = count + 1 end
    end
    return count
end

local limit, count = tonumber(arg[1]), 0
for _ = 1, 5 do count = count_primes(limit) end
print(string.format("%d", count))
