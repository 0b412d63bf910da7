// Starts and ends.
fn main() {
    println!("ready");
}
