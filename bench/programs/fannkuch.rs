// Flips of prefixes over all permutations: short loops over small arrays.
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut first: Vec<usize> = (0..n).collect();
    let (mut work, mut counts) = (vec![0; n], vec![0; n]);
    let (mut most, mut checksum, mut number, mut r) = (0i64, 0i64, 0i64, n);
    loop {
        while r != 1 {
            counts[r - 1] = r;
            r -= 1;
        }
        for i in 0..n {
            work[i] = first[i];
        }
        let mut flips = 0;
        let mut k = work[0];
        while k != 0 {
            let (mut low, mut high) = (0, k);
            while low < high {
                let swapped = work[low];
                work[low] = work[high];
                work[high] = swapped;
                low += 1;
                high -= 1;
            }
            flips += 1;
            k = work[0];
        }
        if flips > most {
            most = flips;
        }
        if number % 2 == 0 {
            checksum += flips;
        } else {
            checksum -= flips;
        }
        loop {
            if r == n {
                println!("{} {}", checksum, most);
                return;
            }
            let front = first[0];
            for i in 0..r {
                first[i] = first[i + 1];
            }
            first[r] = front;
            counts[r] -= 1;
            if counts[r] > 0 {
                break;
            }
            r += 1;
        }
        number += 1;
    }
}
