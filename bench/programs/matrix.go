// The product of two square matrices: three nested loops over flat arrays.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i] = float64(i % 7)
		b[i] = float64(i % 5)
	}
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			factor := a[i*n+k]
			for j := 0; j < n; j++ {
				c[i*n+j] += factor * b[k*n+j]
			}
		}
	}
	trace := 0.0
	for i := 0; i < n; i++ {
		trace += c[i*n+i]
	}
	fmt.Println(int64(trace))
}
