// Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func iterations(re, im float64) int64 {
	x, y := 0.0, 0.0
	n := int64(0)
	for n < 50 && x*x+y*y <= 4.0 {
		next := x*x - y*y + re
		y = 2.0*x*y + im
		x = next
		n++
	}
	return n
}

func main() {
	size, _ := strconv.ParseInt(os.Args[1], 10, 64)
	inside, sum := int64(0), int64(0)
	for row := int64(0); row < size; row++ {
		im := 2.0*float64(row)/float64(size) - 1.0
		for column := int64(0); column < size; column++ {
			n := iterations(2.0*float64(column)/float64(size)-1.5, im)
			sum += n
			if n == 50 {
				inside++
			}
		}
	}
	fmt.Println(inside, sum)
}
