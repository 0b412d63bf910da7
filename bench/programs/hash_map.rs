// A hash map of integers: growth, insertion, lookups that hit and miss.
use std::collections::HashMap;

fn main() {
    let size: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut table: HashMap<i64, i64> = HashMap::new();
    for i in 0..size {
        table.insert(i * 7919 % 1000003 + i * 1000003, i);
    }
    let (mut sum, mut hits) = (0, 0);
    for i in 0..size * 2 {
        if let Some(found) = table.get(&(i * 7919 % 1000003 + i * 1000003)) {
            hits += 1;
            sum += found;
        }
    }
    println!("{} {} {}", table.len(), hits, sum);
}
