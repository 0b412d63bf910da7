// The sieve of Eratosthenes over bytes: bounds checks and strided stores.
function countPrimes(limit) {
    const composite = new Uint8Array(limit + 1);
    for (let i = 2; i * i <= limit; i++) {
        if (composite[i] === 0) {
            for (let j = i * i; j <= limit; j += i) composite[j] = 1;
        }
    }
    let count = 0;
    for (let n = 2; n <= limit; n++) {
        if (composite[n] === 0) count++;
    }
    return count;
}

const limit = Number(process.argv[2]);
let count = 0;
for (let round = 0; round < 5; round++) count = countPrimes(limit);
console.log(`${count}`);
