// Flips of prefixes over all permutations: short loops over small arrays.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	first, work, counts := make([]int, n), make([]int, n), make([]int, n)
	for i := range first {
		first[i] = i
	}
	most, checksum, number, r := 0, 0, 0, n
	for {
		for ; r != 1; r-- {
			counts[r-1] = r
		}
		for i := 0; i < n; i++ {
			work[i] = first[i]
		}
		flips := 0
		for k := work[0]; k != 0; k = work[0] {
			for low, high := 0, k; low < high; low, high = low+1, high-1 {
				work[low], work[high] = work[high], work[low]
			}
			flips++
		}
		if flips > most {
			most = flips
		}
		if number%2 == 0 {
			checksum += flips
		} else {
			checksum -= flips
		}
		for {
			if r == n {
				fmt.Println(checksum, most)
				return
			}
			front := first[0]
			for i := 0; i < r; i++ {
				first[i] = first[i+1]
			}
			first[r] = front
			counts[r]--
			if counts[r] > 0 {
				break
			}
			r++
		}
		number++
	}
}
