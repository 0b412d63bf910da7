// Records sorted by two keys, and a map from structs to sums.
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group {
    region: i64,
    product: i64,
}

struct Sale {
    group: Group,
    amount: i64,
}

fn main() {
    let size: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut sales = Vec::new();
    let mut random: i64 = 11;
    for _ in 0..size {
        random = (random * 1103515245 + 12345) & 2147483647;
        let region = (random >> 16) % 100;
        random = (random * 1103515245 + 12345) & 2147483647;
        let group = Group {
            region,
            product: (random >> 16) % 100,
        };
        sales.push(Box::new(Sale {
            group,
            amount: random & 65535,
        }));
    }
    let mut sums: HashMap<Group, i64> = HashMap::new();
    for sale in &sales {
        *sums.entry(sale.group).or_insert(0) += sale.amount;
    }
    sales.sort_by(|left, right| {
        left.group
            .region
            .cmp(&right.group.region)
            .then(left.amount.cmp(&right.amount))
    });
    let mut check: i64 = 0;
    for sale in &sales {
        check = (check * 31 + sale.amount) & 2147483647;
    }
    let total: i64 = sums
        .iter()
        .map(|(group, sum)| sum * (group.region + 1))
        .sum();
    println!("{} {} {}", sums.len(), check, total);
}
