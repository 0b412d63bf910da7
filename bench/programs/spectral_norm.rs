// The spectral norm of an infinite matrix: floating-point loops over arrays.
fn element(i: usize, j: usize) -> f64 {
    1.0 / (((i + j) * (i + j + 1) / 2 + i + 1) as f64)
}

fn multiply(v: &[f64], result: &mut [f64]) {
    for i in 0..result.len() {
        let mut sum = 0.0;
        for j in 0..v.len() {
            sum += element(i, j) * v[j];
        }
        result[i] = sum;
    }
}

fn multiply_transposed(v: &[f64], result: &mut [f64]) {
    for i in 0..result.len() {
        let mut sum = 0.0;
        for j in 0..v.len() {
            sum += element(j, i) * v[j];
        }
        result[i] = sum;
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let (mut u, mut v, mut scratch) = (vec![1.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..10 {
        multiply(&u, &mut scratch);
        multiply_transposed(&scratch, &mut v);
        multiply(&v, &mut scratch);
        multiply_transposed(&scratch, &mut u);
    }
    let (mut vbv, mut vv) = (0.0, 0.0);
    for i in 0..n {
        vbv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    println!("{:.9}", f64::sqrt(vbv / vv));
}
