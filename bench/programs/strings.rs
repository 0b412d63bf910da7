// Building a text piece by piece, each piece made by interpolation.
fn main() {
    let count: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut builder = String::new();
    let mut length = 0;
    for i in 0..count {
        let piece = format!("item {} of {}; ", i, count);
        length += piece.len();
        builder.push_str(&piece);
    }
    let mut semicolons = 0;
    for byte in builder.bytes() {
        if byte == b';' {
            semicolons += 1;
        }
    }
    println!("{} {} {}", length, builder.len(), semicolons);
}
