// A hash map of integers: growth, insertion, lookups that hit and miss.
const size = Number(process.argv[2]);
const table = new Map();
for (let i = 0; i < size; i++) table.set(i * 7919 % 1000003 + i * 1000003, i);
let sum = 0, hits = 0;
for (let i = 0; i < size * 2; i++) {
    const found = table.get(i * 7919 % 1000003 + i * 1000003);
    if (found !== undefined) {
        hits++;
        sum += found;
    }
}
console.log(`${table.size} ${hits} ${sum}`);
