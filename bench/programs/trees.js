// Complete binary trees, many short-lived and one that stays: allocation and marking.
function build(depth) {
    return depth === 0 ? { left: null, right: null } : { left: build(depth - 1), right: build(depth - 1) };
}

function count(tree) {
    return tree === null ? 0 : 1 + count(tree.left) + count(tree.right);
}

const deepest = Number(process.argv[2]);
console.log(`${count(build(deepest + 1))}`);
const kept = build(deepest);
for (let depth = 4; depth <= deepest; depth += 2) {
    const trees = 1 << (deepest - depth + 4);
    let sum = 0;
    for (let i = 0; i < trees; i++) sum += count(build(depth));
    console.log(`${trees} ${depth} ${sum}`);
}
console.log(`${count(kept)}`);
