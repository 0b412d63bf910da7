// The game of life on a torus: slices of slices of bool, and indices that wrap around.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const size = 256

func neighbours(cells [][]bool, y, x int) int {
	count := 0
	for dy := -1; dy < 2; dy++ {
		row := cells[(y+dy+size)%size]
		for dx := -1; dx < 2; dx++ {
			if (dy != 0 || dx != 0) && row[(x+dx+size)%size] {
				count++
			}
		}
	}
	return count
}

func grid() [][]bool {
	rows := make([][]bool, size)
	for y := range rows {
		rows[y] = make([]bool, size)
	}
	return rows
}

func main() {
	generations, _ := strconv.Atoi(os.Args[1])
	cells, next := grid(), grid()
	random := int64(42)
	for y := 0; y < size; y++ {
		for x := 0; x < size; x++ {
			random = (random*1103515245 + 12345) & 2147483647
			cells[y][x] = (random>>16)%3 == 0
		}
	}
	for generation := 0; generation < generations; generation++ {
		for y := 0; y < size; y++ {
			for x := 0; x < size; x++ {
				around := neighbours(cells, y, x)
				next[y][x] = around == 3 || (around == 2 && cells[y][x])
			}
		}
		cells, next = next, cells
	}
	alive := 0
	for _, row := range cells {
		for _, cell := range row {
			if cell {
				alive++
			}
		}
	}
	fmt.Println(alive)
}
