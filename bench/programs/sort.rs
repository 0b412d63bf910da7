// The library's stable sort over integers in random order.
fn main() {
    let size: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut values = vec![0i64; size];
    let mut state = 42i64;
    for value in values.iter_mut() {
        state = (state * 1103515245 + 12345) % 2147483648;
        *value = state;
    }
    values.sort();
    let mut checksum = 0;
    for value in &values {
        checksum = (checksum * 31 + value) % 1000000007;
    }
    println!("{} {} {}", values[0], values[size - 1], checksum);
}
