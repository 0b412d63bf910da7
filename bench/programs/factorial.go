// The factorial of a number, and its decimal digits: multiplication and division of large integers by small ones.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func multiply(limbs []int64, factor int64) []int64 {
	carry := int64(0)
	for i := range limbs {
		product := limbs[i]*factor + carry
		limbs[i] = product & 4294967295
		carry = product >> 32
	}
	if carry != 0 {
		limbs = append(limbs, carry)
	}
	return limbs
}

func divide(limbs []int64) ([]int64, int64) {
	remainder := int64(0)
	for at := len(limbs) - 1; at >= 0; at-- {
		value := remainder<<32 | limbs[at]
		limbs[at] = value / 1000000000
		remainder = value % 1000000000
	}
	for len(limbs) > 0 && limbs[len(limbs)-1] == 0 {
		limbs = limbs[:len(limbs)-1]
	}
	return limbs, remainder
}

func main() {
	number, _ := strconv.ParseInt(os.Args[1], 10, 64)
	limbs := []int64{1}
	for factor := int64(2); factor <= number; factor++ {
		limbs = multiply(limbs, factor)
	}
	sum, groups, group := int64(0), 0, int64(0)
	for len(limbs) > 0 {
		limbs, group = divide(limbs)
		groups++
		for ; group > 0; group /= 10 {
			sum += group % 10
		}
	}
	fmt.Println(groups, sum)
}
