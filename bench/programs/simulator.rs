// Tasks that pass packets to each other: dynamic dispatch through a trait.
trait Task {
    fn step(&mut self, packet: i64) -> i64;
}

struct Counter {
    total: i64,
}

struct Filter {
    limit: i64,
    dropped: i64,
}

struct Delay {
    held: i64,
    slots: i64,
}

struct Mixer {
    state: i64,
}

impl Task for Counter {
    fn step(&mut self, packet: i64) -> i64 {
        self.total += packet & 15;
        packet + self.total
    }
}

impl Task for Filter {
    fn step(&mut self, packet: i64) -> i64 {
        if packet & 1023 > self.limit {
            self.dropped += 1;
            return packet >> 1;
        }
        packet
    }
}

impl Task for Delay {
    fn step(&mut self, packet: i64) -> i64 {
        let out = self.held;
        self.held = packet;
        self.slots += 1;
        out
    }
}

impl Task for Mixer {
    fn step(&mut self, packet: i64) -> i64 {
        self.state = self
            .state
            .wrapping_mul(1103515245)
            .wrapping_add(12345 + packet)
            & 2147483647;
        self.state ^ packet
    }
}

fn main() {
    let rounds: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut tasks: Vec<Box<dyn Task>> = Vec::new();
    for i in 0..16 {
        tasks.push(Box::new(Counter { total: i }));
        tasks.push(Box::new(Filter {
            limit: i * 60,
            dropped: 0,
        }));
        tasks.push(Box::new(Delay { held: i, slots: 0 }));
        tasks.push(Box::new(Mixer { state: i }));
    }
    let count = tasks.len();
    let mut packet: i64 = 1;
    for _ in 0..rounds {
        for at in 0..count {
            packet = tasks[(at * 7 + (packet & 3) as usize) % count].step(packet) & 1099511627775;
        }
    }
    println!("{}", packet);
}
