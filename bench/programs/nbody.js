// The orbits of the sun and four planets: floating-point fields of objects.
const solarMass = 39.47841760435743;
const daysPerYear = 365.24;

function planet(x, y, z, vx, vy, vz, mass) {
    return { x, y, z, vx: vx * daysPerYear, vy: vy * daysPerYear, vz: vz * daysPerYear, mass: mass * solarMass };
}

function energy(bodies) {
    let total = 0;
    for (let i = 0; i < bodies.length; i++) {
        const b = bodies[i];
        total += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz);
        for (let j = i + 1; j < bodies.length; j++) {
            const o = bodies[j];
            const dx = b.x - o.x, dy = b.y - o.y, dz = b.z - o.z;
            total -= b.mass * o.mass / Math.sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return total;
}

function advance(bodies, step) {
    for (let i = 0; i < bodies.length; i++) {
        const b = bodies[i];
        for (let j = i + 1; j < bodies.length; j++) {
            const o = bodies[j];
            const dx = b.x - o.x, dy = b.y - o.y, dz = b.z - o.z;
            const squared = dx * dx + dy * dy + dz * dz;
            const magnitude = step / (squared * Math.sqrt(squared));
            b.vx -= dx * o.mass * magnitude;
            b.vy -= dy * o.mass * magnitude;
            b.vz -= dz * o.mass * magnitude;
            o.vx += dx * b.mass * magnitude;
            o.vy += dy * b.mass * magnitude;
            o.vz += dz * b.mass * magnitude;
        }
    }
    for (const b of bodies) {
        b.x += step * b.vx;
        b.y += step * b.vy;
        b.z += step * b.vz;
    }
}

const bodies = [
    planet(0, 0, 0, 0, 0, 0, 1),
    planet(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
        1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04),
    planet(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
        -2.76742510726411760e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04),
    planet(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
        2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05),
    planet(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
        2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05),
];
let px = 0, py = 0, pz = 0;
for (const b of bodies) {
    px += b.vx * b.mass;
    py += b.vy * b.mass;
    pz += b.vz * b.mass;
}
bodies[0].vx = -px / solarMass;
bodies[0].vy = -py / solarMass;
bodies[0].vz = -pz / solarMass;
console.log(energy(bodies).toFixed(9));
const steps = Number(process.argv[2]);
for (let step = 0; step < steps; step++) advance(bodies, 0.01);
console.log(energy(bodies).toFixed(9));
