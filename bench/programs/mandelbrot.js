// Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends.
function iterations(re, im) {
    let x = 0.0, y = 0.0, n = 0;
    while (n < 50 && x * x + y * y <= 4.0) {
        const next = x * x - y * y + re;
        y = 2.0 * x * y + im;
        x = next;
        n++;
    }
    return n;
}

const size = Number(process.argv[2]);
let inside = 0, sum = 0;
for (let row = 0; row < size; row++) {
    const im = 2.0 * row / size - 1.0;
    for (let column = 0; column < size; column++) {
        const n = iterations(2.0 * column / size - 1.5, im);
        sum += n;
        if (n === 50) inside++;
    }
}
console.log(`${inside} ${sum}`);
