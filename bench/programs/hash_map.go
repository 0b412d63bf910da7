// A hash map of integers: growth, insertion, lookups that hit and miss.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	size, _ := strconv.ParseInt(os.Args[1], 10, 64)
	table := map[int64]int64{}
	for i := int64(0); i < size; i++ {
		table[i*7919%1000003+i*1000003] = i
	}
	sum, hits := int64(0), 0
	for i := int64(0); i < size*2; i++ {
		if found, ok := table[i*7919%1000003+i*1000003]; ok {
			hits++
			sum += found
		}
	}
	fmt.Println(len(table), hits, sum)
}
