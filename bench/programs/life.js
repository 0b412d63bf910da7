// The game of life on a torus: arrays of arrays, and indices that wrap around.
const size = 256;

function neighbours(cells, y, x) {
    let count = 0;
    for (let dy = -1; dy < 2; dy++) {
        const row = cells[(y + dy + size) % size];
        for (let dx = -1; dx < 2; dx++) {
            if ((dy !== 0 || dx !== 0) && row[(x + dx + size) % size]) count++;
        }
    }
    return count;
}

const grid = () => Array.from({ length: size }, () => new Array(size).fill(false));

let cells = grid();
let next = grid();
let random = 42;
for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
        random = (Math.imul(random, 1103515245) + 12345) & 2147483647;
        cells[y][x] = (random >> 16) % 3 === 0;
    }
}
for (let generation = 0; generation < Number(process.argv[2]); generation++) {
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            const around = neighbours(cells, y, x);
            next[y][x] = around === 3 || (around === 2 && cells[y][x]);
        }
    }
    [cells, next] = [next, cells];
}
let alive = 0;
for (const row of cells) for (const cell of row) if (cell) alive++;
console.log(`${alive}`);
