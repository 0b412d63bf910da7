// Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends.
fn iterations(re: f64, im: f64) -> i64 {
    let (mut x, mut y, mut n) = (0.0, 0.0, 0);
    while n < 50 && x * x + y * y <= 4.0 {
        let next = x * x - y * y + re;
        y = 2.0 * x * y + im;
        x = next;
        n += 1;
    }
    n
}

fn main() {
    let size: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let (mut inside, mut sum) = (0, 0);
    for row in 0..size {
        let im = 2.0 * row as f64 / size as f64 - 1.0;
        for column in 0..size {
            let n = iterations(2.0 * column as f64 / size as f64 - 1.5, im);
            sum += n;
            if n == 50 {
                inside += 1;
            }
        }
    }
    println!("{} {}", inside, sum);
}
