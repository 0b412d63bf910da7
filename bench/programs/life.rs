// The game of life on a torus: vectors of vectors of bool, and indices that wrap around.
const SIZE: usize = 256;

fn neighbours(cells: &[Vec<bool>], y: usize, x: usize) -> i64 {
    let mut count = 0;
    for dy in 0..3 {
        let row = &cells[(y + dy + SIZE - 1) % SIZE];
        for dx in 0..3 {
            if (dy != 1 || dx != 1) && row[(x + dx + SIZE - 1) % SIZE] {
                count += 1;
            }
        }
    }
    count
}

fn main() {
    let generations: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut cells = vec![vec![false; SIZE]; SIZE];
    let mut next = vec![vec![false; SIZE]; SIZE];
    let mut random: i64 = 42;
    for y in 0..SIZE {
        for x in 0..SIZE {
            random = (random * 1103515245 + 12345) & 2147483647;
            cells[y][x] = (random >> 16) % 3 == 0;
        }
    }
    for _ in 0..generations {
        for y in 0..SIZE {
            for x in 0..SIZE {
                let around = neighbours(&cells, y, x);
                next[y][x] = around == 3 || (around == 2 && cells[y][x]);
            }
        }
        std::mem::swap(&mut cells, &mut next);
    }
    println!("{}", cells.iter().flatten().filter(|cell| **cell).count());
}
