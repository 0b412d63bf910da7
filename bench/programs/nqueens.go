// Ways to put queens on a board: recursion over bit sets.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func solve(all, columns, left, right int64) int64 {
	if columns == all {
		return 1
	}
	count := int64(0)
	open := all &^ (columns | left | right)
	for open != 0 {
		bit := open & -open
		open ^= bit
		count += solve(all, columns|bit, (left|bit)<<1, (right|bit)>>1)
	}
	return count
}

func main() {
	size, _ := strconv.Atoi(os.Args[1])
	fmt.Println(solve(1<<size-1, 0, 0, 0))
}
