// Complete binary trees, many short-lived and one that stays: boxes.
struct Node {
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}

fn build(depth: i64) -> Option<Box<Node>> {
    if depth == 0 {
        return Some(Box::new(Node { left: None, right: None }));
    }
    Some(Box::new(Node { left: build(depth - 1), right: build(depth - 1) }))
}

fn count(tree: &Option<Box<Node>>) -> i64 {
    match tree {
        Some(node) => 1 + count(&node.left) + count(&node.right),
        None => 0,
    }
}

fn main() {
    let deepest: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("{}", count(&build(deepest + 1)));
    let kept = build(deepest);
    let mut depth = 4;
    while depth <= deepest {
        let trees = 1i64 << (deepest - depth + 4);
        let mut sum = 0;
        for _ in 0..trees {
            sum += count(&build(depth));
        }
        println!("{} {} {}", trees, depth, sum);
        depth += 2;
    }
    println!("{}", count(&kept));
}
