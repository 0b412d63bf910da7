// Parses a large JSON document into a tree and walks it: JSON.parse, which is written in C++.
const fs = require("fs");

const sums = { values: 0, whole: 0, bytes: 0 };

function walk(value) {
    sums.values++;
    if (typeof value === "number") {
        sums.whole += Math.trunc(value);
    } else if (typeof value === "string") {
        sums.bytes += Buffer.byteLength(value);
    } else if (Array.isArray(value)) {
        for (const item of value) walk(item);
    } else if (value !== null && typeof value === "object") {
        for (const name of Object.keys(value)) {
            sums.bytes += Buffer.byteLength(name);
            walk(value[name]);
        }
    }
}

const data = fs.readFileSync(process.argv[2]);
walk(JSON.parse(data.toString()));
console.log(`${sums.values} ${sums.whole} ${sums.bytes} ${data.length}`);
