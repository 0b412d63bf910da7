// The factorial of a number, and its decimal digits: multiplication and division of large integers by small ones.
fn multiply(limbs: &mut Vec<i64>, factor: i64) {
    let mut carry = 0;
    for limb in limbs.iter_mut() {
        let product = *limb * factor + carry;
        *limb = product & 4294967295;
        carry = product >> 32;
    }
    if carry != 0 {
        limbs.push(carry);
    }
}

fn divide(limbs: &mut Vec<i64>) -> i64 {
    let mut remainder = 0;
    for limb in limbs.iter_mut().rev() {
        let value = remainder << 32 | *limb;
        *limb = value / 1000000000;
        remainder = value % 1000000000;
    }
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    remainder
}

fn main() {
    let number: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut limbs = vec![1i64];
    for factor in 2..=number {
        multiply(&mut limbs, factor);
    }
    let (mut sum, mut groups) = (0, 0);
    while !limbs.is_empty() {
        let mut group = divide(&mut limbs);
        groups += 1;
        while group > 0 {
            sum += group % 10;
            group /= 10;
        }
    }
    println!("{} {}", groups, sum);
}
