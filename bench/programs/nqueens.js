// Ways to put queens on a board: recursion over bit sets.
function solve(all, columns, left, right) {
    if (columns === all) return 1;
    let count = 0;
    let free = all & ~(columns | left | right);
    while (free !== 0) {
        const bit = free & -free;
        free ^= bit;
        count += solve(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

console.log(`${solve((1 << Number(process.argv[2])) - 1, 0, 0, 0)}`);
