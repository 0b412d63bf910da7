// The naive Fibonacci recursion: the cost of a call.
fn fib(n: i64) -> i64 {
    if n < 2 {
        return n;
    }
    fib(n - 1).wrapping_add(fib(n - 2))
}

fn main() {
    let n: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("{}", fib(n));
}
