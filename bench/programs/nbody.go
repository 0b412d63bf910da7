// The orbits of the sun and four planets: floating-point fields of objects.
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

const solarMass = 39.47841760435743
const daysPerYear = 365.24

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func planet(x, y, z, vx, vy, vz, mass float64) *body {
	return &body{x, y, z, vx * daysPerYear, vy * daysPerYear, vz * daysPerYear, mass * solarMass}
}

func energy(bodies []*body) float64 {
	total := 0.0
	for i, b := range bodies {
		total += 0.5 * b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
		for _, o := range bodies[i+1:] {
			dx, dy, dz := b.x-o.x, b.y-o.y, b.z-o.z
			total -= b.mass * o.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return total
}

func advance(bodies []*body, step float64) {
	for i, b := range bodies {
		for _, o := range bodies[i+1:] {
			dx, dy, dz := b.x-o.x, b.y-o.y, b.z-o.z
			squared := dx*dx + dy*dy + dz*dz
			magnitude := step / (squared * math.Sqrt(squared))
			b.vx -= dx * o.mass * magnitude
			b.vy -= dy * o.mass * magnitude
			b.vz -= dz * o.mass * magnitude
			o.vx += dx * b.mass * magnitude
			o.vy += dy * b.mass * magnitude
			o.vz += dz * b.mass * magnitude
		}
	}
	for _, b := range bodies {
		b.x += step * b.vx
		b.y += step * b.vy
		b.z += step * b.vz
	}
}

func main() {
	steps, _ := strconv.Atoi(os.Args[1])
	bodies := []*body{
		planet(0, 0, 0, 0, 0, 0, 1),
		planet(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
			1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04),
		planet(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
			-2.76742510726411760e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04),
		planet(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
			2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05),
		planet(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
			2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05),
	}
	px, py, pz := 0.0, 0.0, 0.0
	for _, b := range bodies {
		px += b.vx * b.mass
		py += b.vy * b.mass
		pz += b.vz * b.mass
	}
	bodies[0].vx, bodies[0].vy, bodies[0].vz = -px/solarMass, -py/solarMass, -pz/solarMass
	fmt.Printf("%.9f\n", energy(bodies))
	for step := 0; step < steps; step++ {
		advance(bodies, 0.01)
	}
	fmt.Printf("%.9f\n", energy(bodies))
}
