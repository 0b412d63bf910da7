// Expression trees that are built at random and evaluated: an enum with variants of several sizes.
enum Node {
    Constant(i64),
    Variable(usize),
    Add(Box<Node>, Box<Node>),
    Subtract(Box<Node>, Box<Node>),
    Multiply(Box<Node>, Box<Node>),
    Choose(Box<Node>, Box<Node>, Box<Node>),
}

fn draw(state: &mut i64, limit: i64) -> i64 {
    *state = (*state * 1103515245 + 12345) & 2147483647;
    (*state >> 16) % limit
}

fn plant(state: &mut i64, depth: i64) -> Box<Node> {
    let kind = draw(state, 4);
    if depth == 0 {
        if kind < 2 {
            return Box::new(Node::Constant(draw(state, 10)));
        }
        return Box::new(Node::Variable(draw(state, 8) as usize));
    }
    let left = plant(state, depth - 1);
    let right = plant(state, depth - 1);
    Box::new(match kind {
        0 => Node::Add(left, right),
        1 => Node::Subtract(left, right),
        2 => Node::Multiply(left, right),
        _ => Node::Choose(left, right, plant(state, depth - 1)),
    })
}

fn evaluate(node: &Node, variables: &[i64]) -> i64 {
    match node {
        Node::Constant(value) => *value,
        Node::Variable(number) => variables[*number],
        Node::Add(left, right) => {
            evaluate(left, variables).wrapping_add(evaluate(right, variables))
        }
        Node::Subtract(left, right) => {
            evaluate(left, variables).wrapping_sub(evaluate(right, variables))
        }
        Node::Multiply(left, right) => {
            evaluate(left, variables).wrapping_mul(evaluate(right, variables)) & 1048575
        }
        Node::Choose(condition, yes, no) => {
            if evaluate(condition, variables) > 0 {
                evaluate(yes, variables)
            } else {
                evaluate(no, variables)
            }
        }
    }
}

fn main() {
    let rounds: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let tree = plant(&mut 3, 14);
    let mut variables = [0i64; 8];
    let mut sum: i64 = 0;
    for round in 0..rounds {
        for i in 0..8 {
            variables[i] = round * (i as i64 + 1) % 17;
        }
        sum = sum
            .wrapping_mul(31)
            .wrapping_add(evaluate(&tree, &variables))
            & 1099511627775;
    }
    println!("{}", sum);
}
