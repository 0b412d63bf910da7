// The sieve of Eratosthenes over bytes: bounds checks and strided stores.
fn count_primes(limit: usize) -> i64 {
    let mut composite = vec![0u8; limit + 1];
    let mut i = 2;
    while i * i <= limit {
        if composite[i] == 0 {
            let mut j = i * i;
            while j <= limit {
                composite[j] = 1;
                j += i;
            }
        }
        i += 1;
    }
    let mut count = 0;
    for n in 2..=limit {
        if composite[n] == 0 {
            count += 1;
        }
    }
    count
}

fn main() {
    let limit: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut count = 0;
    for _ in 0..5 {
        count = count_primes(limit);
    }
    println!("{}", count);
}
