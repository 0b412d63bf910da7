// Ways to put queens on a board: recursion over bit sets.
fn solve(all: i64, columns: i64, left: i64, right: i64) -> i64 {
    if columns == all {
        return 1;
    }
    let mut count = 0;
    let mut free = all & !(columns | left | right);
    while free != 0 {
        let bit = free & free.wrapping_neg();
        free ^= bit;
        count += solve(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    count
}

fn main() {
    let size: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("{}", solve((1 << size) - 1, 0, 0, 0));
}
