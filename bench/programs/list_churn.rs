// Linked lists, a ring of which stays alive while the oldest is replaced: boxes, dropped one by one.
struct Link {
    value: i64,
    next: Option<Box<Link>>,
}

fn build(length: i64, seed: i64) -> Option<Box<Link>> {
    let mut list = None;
    for i in 0..length {
        list = Some(Box::new(Link { value: i ^ seed, next: list }));
    }
    list
}

fn sum(list: &Option<Box<Link>>) -> i64 {
    let mut total = 0;
    let mut at = list;
    while let Some(link) = at {
        total += link.value;
        at = &link.next;
    }
    total
}

// The drop that the compiler would write recurses once a link.
fn release(mut list: Option<Box<Link>>) {
    while let Some(mut link) = list {
        list = link.next.take();
    }
}

fn main() {
    let rounds: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut ring: Vec<Option<Box<Link>>> = (0..64).map(|_| None).collect();
    let mut total = 0;
    for round in 0..rounds {
        let place = (round % 64) as usize;
        release(ring[place].take());
        ring[place] = build(10000, round);
        total += sum(&ring[((round * 7) % 64) as usize]);
    }
    println!("{}", total);
    ring.into_iter().for_each(release);
}
