-- Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends.
local function iterations(re, im)
    local x, y, n = 0.0, 0.0, 0
    while n < 50 and x * x + y * y <= 4.0 do
        x, y = x * x - y * y + re, 2.0 * x * y + im
        n = n + 1
    end
    return n
end

local size = tonumber(arg[1])
local inside, sum = 0, 0
for row = 0, size - 1 do
    local im = 2.0 * row / size - 1.0
    for column = 0, size - 1 do
        local n = iterations(2.0 * column / size - 1.5, im)
        sum = sum + n
        if n == 50 then inside = inside + 1 end
    end
end
print(string.format("%d %d", inside, sum))
