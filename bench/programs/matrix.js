// The product of two square matrices: three nested loops over flat arrays.
function product(n) {
    const a = new Float64Array(n * n), b = new Float64Array(n * n), c = new Float64Array(n * n);
    for (let i = 0; i < n * n; i++) {
        a[i] = i % 7;
        b[i] = i % 5;
    }
    for (let i = 0; i < n; i++) {
        for (let k = 0; k < n; k++) {
            const factor = a[i * n + k];
            for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
        }
    }
    let trace = 0;
    for (let i = 0; i < n; i++) trace += c[i * n + i];
    return trace;
}

console.log(`${product(Number(process.argv[2]))}`);
