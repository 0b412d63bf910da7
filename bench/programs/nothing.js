// Starts and ends.
console.log("ready");
