// The orbits of the sun and four planets: floating-point fields of objects.
struct Body {
    x: f64,
    y: f64,
    z: f64,
    vx: f64,
    vy: f64,
    vz: f64,
    mass: f64,
}

const SOLAR_MASS: f64 = 39.47841760435743;
const DAYS_PER_YEAR: f64 = 365.24;

fn planet(x: f64, y: f64, z: f64, vx: f64, vy: f64, vz: f64, mass: f64) -> Body {
    let (vx, vy, vz) = (vx * DAYS_PER_YEAR, vy * DAYS_PER_YEAR, vz * DAYS_PER_YEAR);
    Body { x, y, z, vx, vy, vz, mass: mass * SOLAR_MASS }
}

fn energy(bodies: &[Body]) -> f64 {
    let mut total = 0.0;
    for (i, b) in bodies.iter().enumerate() {
        total += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz);
        for o in &bodies[i + 1..] {
            let (dx, dy, dz) = (b.x - o.x, b.y - o.y, b.z - o.z);
            total -= b.mass * o.mass / (dx * dx + dy * dy + dz * dz).sqrt();
        }
    }
    total
}

fn advance(bodies: &mut [Body], step: f64) {
    for i in 0..bodies.len() {
        let (head, tail) = bodies.split_at_mut(i + 1);
        let b = &mut head[i];
        for o in tail {
            let (dx, dy, dz) = (b.x - o.x, b.y - o.y, b.z - o.z);
            let squared = dx * dx + dy * dy + dz * dz;
            let magnitude = step / (squared * squared.sqrt());
            b.vx -= dx * o.mass * magnitude;
            b.vy -= dy * o.mass * magnitude;
            b.vz -= dz * o.mass * magnitude;
            o.vx += dx * b.mass * magnitude;
            o.vy += dy * b.mass * magnitude;
            o.vz += dz * b.mass * magnitude;
        }
    }
    for b in bodies {
        b.x += step * b.vx;
        b.y += step * b.vy;
        b.z += step * b.vz;
    }
}

fn main() {
    let steps: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut bodies = vec![
        planet(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        planet(
            4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
            1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04,
        ),
        planet(
            8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
            -2.76742510726411760e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04,
        ),
        planet(
            1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
            2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05,
        ),
        planet(
            1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
            2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05,
        ),
    ];
    let (mut px, mut py, mut pz) = (0.0, 0.0, 0.0);
    for b in &bodies {
        px += b.vx * b.mass;
        py += b.vy * b.mass;
        pz += b.vz * b.mass;
    }
    bodies[0].vx = -px / SOLAR_MASS;
    bodies[0].vy = -py / SOLAR_MASS;
    bodies[0].vz = -pz / SOLAR_MASS;
    println!("{:.9}", energy(&bodies));
    for _ in 0..steps {
        advance(&mut bodies, 0.01);
    }
    println!("{:.9}", energy(&bodies));
}
