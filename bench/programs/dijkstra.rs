// Shortest paths in a random graph: vectors of structs, and a heap.
#[derive(Clone, Copy)]
struct Edge {
    target: usize,
    weight: i64,
}

#[derive(Clone, Copy)]
struct Entry {
    node: usize,
    distance: i64,
}

fn push(entries: &mut Vec<Entry>, entry: Entry) {
    entries.push(entry);
    let mut at = entries.len() - 1;
    while at > 0 && entries[(at - 1) / 2].distance > entry.distance {
        entries[at] = entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entries[at] = entry;
}

fn pop(entries: &mut Vec<Entry>) -> Entry {
    let first = entries[0];
    let last = entries.pop().unwrap();
    let size = entries.len();
    if size == 0 {
        return first;
    }
    let mut at = 0;
    while at * 2 + 1 < size {
        let mut child = at * 2 + 1;
        if child + 1 < size && entries[child + 1].distance < entries[child].distance {
            child += 1;
        }
        if entries[child].distance >= last.distance {
            break;
        }
        entries[at] = entries[child];
        at = child;
    }
    entries[at] = last;
    first
}

fn main() {
    let size: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut graph: Vec<Vec<Edge>> = Vec::new();
    let mut random: i64 = 7;
    for node in 0..size {
        let mut edges = Vec::new();
        for _ in 0..6 {
            random = (random * 1103515245 + 12345) & 2147483647;
            let target = random as usize % size;
            random = (random * 1103515245 + 12345) & 2147483647;
            edges.push(Edge {
                target,
                weight: 1 + (random >> 16) % 100,
            });
        }
        edges.push(Edge {
            target: (node + 1) % size,
            weight: 200,
        });
        graph.push(edges);
    }
    let mut distances = vec![1i64 << 60; size];
    let mut heap = Vec::new();
    distances[0] = 0;
    push(
        &mut heap,
        Entry {
            node: 0,
            distance: 0,
        },
    );
    while !heap.is_empty() {
        let entry = pop(&mut heap);
        if entry.distance > distances[entry.node] {
            continue;
        }
        for edge in &graph[entry.node] {
            let distance = entry.distance + edge.weight;
            if distance < distances[edge.target] {
                distances[edge.target] = distance;
                push(
                    &mut heap,
                    Entry {
                        node: edge.target,
                        distance,
                    },
                );
            }
        }
    }
    println!("{}", distances.iter().sum::<i64>());
}
