// The library's sort over integers in random order.
package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
)

func main() {
	size, _ := strconv.Atoi(os.Args[1])
	values := make([]int64, size)
	state := int64(42)
	for i := range values {
		state = (state*1103515245 + 12345) % 2147483648
		values[i] = state
	}
	slices.Sort(values)
	checksum := int64(0)
	for _, value := range values {
		checksum = (checksum*31 + value) % 1000000007
	}
	fmt.Println(values[0], values[size-1], checksum)
}
