// The edit distance of two texts: a row of numbers, and the bytes of strings.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func text(length int, seed int64) string {
	random := seed
	bytes := make([]byte, length)
	for i := range bytes {
		random = (random*1103515245 + 12345) & 2147483647
		bytes[i] = byte(97 + (random>>16)%4)
	}
	return string(bytes)
}

func distance(left, right string) int64 {
	row := make([]int64, len(right)+1)
	for x := range row {
		row[x] = int64(x)
	}
	for y := 0; y < len(left); y++ {
		diagonal := row[0]
		row[0] = int64(y + 1)
		for x := 0; x < len(right); x++ {
			above := row[x+1]
			best := diagonal
			if left[y] != right[x] {
				best++
			}
			if above+1 < best {
				best = above + 1
			}
			if row[x]+1 < best {
				best = row[x] + 1
			}
			diagonal = above
			row[x+1] = best
		}
	}
	return row[len(right)]
}

func main() {
	length, _ := strconv.Atoi(os.Args[1])
	fmt.Println(distance(text(length, 1), text(length, 2)))
}
