// The spectral norm of an infinite matrix: floating-point loops over arrays.
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

func element(i, j int) float64 {
	return 1.0 / float64((i+j)*(i+j+1)/2+i+1)
}

func multiply(v, result []float64) {
	for i := range result {
		sum := 0.0
		for j := range v {
			sum += element(i, j) * v[j]
		}
		result[i] = sum
	}
}

func multiplyTransposed(v, result []float64) {
	for i := range result {
		sum := 0.0
		for j := range v {
			sum += element(j, i) * v[j]
		}
		result[i] = sum
	}
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	u, v, scratch := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	for round := 0; round < 10; round++ {
		multiply(u, scratch)
		multiplyTransposed(scratch, v)
		multiply(v, scratch)
		multiplyTransposed(scratch, u)
	}
	vBv, vv := 0.0, 0.0
	for i := range u {
		vBv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	fmt.Printf("%.9f\n", math.Sqrt(vBv/vv))
}
