// The naive Fibonacci recursion: the cost of a call.
function fib(n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
console.log(fib(Number(process.argv[2])));
