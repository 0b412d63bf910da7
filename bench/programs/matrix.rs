// The product of two square matrices: three nested loops over flat arrays.
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let (mut a, mut b, mut c) = (vec![0.0; n * n], vec![0.0; n * n], vec![0.0; n * n]);
    for i in 0..n * n {
        a[i] = (i % 7) as f64;
        b[i] = (i % 5) as f64;
    }
    for i in 0..n {
        for k in 0..n {
            let factor = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += factor * b[k * n + j];
            }
        }
    }
    let mut trace = 0.0;
    for i in 0..n {
        trace += c[i * n + i];
    }
    println!("{}", trace as i64);
}
