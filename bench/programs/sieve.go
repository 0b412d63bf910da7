// The sieve of Eratosthenes over bytes: bounds checks and strided stores.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func countPrimes(limit int64) int64 {
	composite := make([]uint8, limit+1)
	for i := int64(2); i*i <= limit; i++ {
		if composite[i] == 0 {
			for j := i * i; j <= limit; j += i {
				composite[j] = 1
			}
		}
	}
	count := int64(0)
	for n := int64(2); n <= limit; n++ {
		if composite[n] == 0 {
			count++
		}
	}
	return count
}

func main() {
	limit, _ := strconv.ParseInt(os.Args[1], 10, 64)
	count := int64(0)
	for round := 0; round < 5; round++ {
		count = countPrimes(limit)
	}
	fmt.Println(count)
}
