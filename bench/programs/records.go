// Records sorted by two keys, and a map from structs to sums.
package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
)

type group struct{ region, product int64 }

type sale struct {
	group  group
	amount int64
}

func main() {
	size, _ := strconv.Atoi(os.Args[1])
	var sales []*sale
	random := int64(11)
	for i := 0; i < size; i++ {
		random = (random*1103515245 + 12345) & 2147483647
		region := (random >> 16) % 100
		random = (random*1103515245 + 12345) & 2147483647
		sales = append(sales, &sale{group{region, (random >> 16) % 100}, random & 65535})
	}
	sums := map[group]int64{}
	for _, sale := range sales {
		sums[sale.group] += sale.amount
	}
	slices.SortStableFunc(sales, func(left, right *sale) int {
		if left.group.region != right.group.region {
			return int(left.group.region - right.group.region)
		}
		return int(left.amount - right.amount)
	})
	check := int64(0)
	for _, sale := range sales {
		check = (check*31 + sale.amount) & 2147483647
	}
	total := int64(0)
	for group, sum := range sums {
		total += sum * (group.region + 1)
	}
	fmt.Println(len(sums), check, total)
}
