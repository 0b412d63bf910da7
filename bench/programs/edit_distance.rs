// The edit distance of two texts: a row of numbers, and the bytes of strings.
fn text(length: usize, seed: i64) -> String {
    let mut random = seed;
    let mut bytes = vec![0u8; length];
    for byte in bytes.iter_mut() {
        random = (random * 1103515245 + 12345) & 2147483647;
        *byte = (97 + (random >> 16) % 4) as u8;
    }
    String::from_utf8(bytes).unwrap()
}

fn distance(left: &str, right: &str) -> i64 {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut row: Vec<i64> = (0..=right.len() as i64).collect();
    for y in 0..left.len() {
        let mut diagonal = row[0];
        row[0] = y as i64 + 1;
        for x in 0..right.len() {
            let above = row[x + 1];
            let mut best = diagonal;
            if left[y] != right[x] {
                best += 1;
            }
            if above + 1 < best {
                best = above + 1;
            }
            if row[x] + 1 < best {
                best = row[x] + 1;
            }
            diagonal = above;
            row[x + 1] = best;
        }
    }
    row[right.len()]
}

fn main() {
    let length: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("{}", distance(&text(length, 1), &text(length, 2)));
}
