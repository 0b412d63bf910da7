// Building a text piece by piece, each piece made by interpolation.
const count = Number(process.argv[2]);
const builder = [];
let length = 0;
for (let i = 0; i < count; i++) {
    const piece = `item ${i} of ${count}; `;
    length += piece.length;
    builder.push(piece);
}
const text = builder.join("");
let semicolons = 0;
for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) === 59) semicolons++;
}
console.log(`${length} ${text.length} ${semicolons}`);
