// The library's sort over numbers in random order.
const size = Number(process.argv[2]);
const values = new Float64Array(size);
let state = 42;
for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    values[i] = state;
}
values.sort();
let checksum = 0;
for (let i = 0; i < size; i++) checksum = (checksum * 31 + values[i]) % 1000000007;
console.log(`${values[0]} ${values[size - 1]} ${checksum}`);
