// Expression trees that are built at random and evaluated: an interface with types of several sizes.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type node interface{ evaluate(variables []int64) int64 }

type constant struct{ value int64 }
type variable struct{ number int64 }
type add struct{ left, right node }
type subtract struct{ left, right node }
type multiply struct{ left, right node }
type choose struct{ condition, yes, no node }

func (n *constant) evaluate(variables []int64) int64 { return n.value }
func (n *variable) evaluate(variables []int64) int64 { return variables[n.number] }
func (n *add) evaluate(variables []int64) int64 {
	return n.left.evaluate(variables) + n.right.evaluate(variables)
}
func (n *subtract) evaluate(variables []int64) int64 {
	return n.left.evaluate(variables) - n.right.evaluate(variables)
}
func (n *multiply) evaluate(variables []int64) int64 {
	return n.left.evaluate(variables) * n.right.evaluate(variables) & 1048575
}
func (n *choose) evaluate(variables []int64) int64 {
	if n.condition.evaluate(variables) > 0 {
		return n.yes.evaluate(variables)
	}
	return n.no.evaluate(variables)
}

var state int64 = 3

func draw(limit int64) int64 {
	state = (state*1103515245 + 12345) & 2147483647
	return (state >> 16) % limit
}

func plant(depth int) node {
	kind := draw(4)
	if depth == 0 {
		if kind < 2 {
			return &constant{draw(10)}
		}
		return &variable{draw(8)}
	}
	left := plant(depth - 1)
	right := plant(depth - 1)
	switch kind {
	case 0:
		return &add{left, right}
	case 1:
		return &subtract{left, right}
	case 2:
		return &multiply{left, right}
	}
	return &choose{left, right, plant(depth - 1)}
}

func main() {
	rounds, _ := strconv.ParseInt(os.Args[1], 10, 64)
	tree := plant(14)
	variables := make([]int64, 8)
	sum := int64(0)
	for round := int64(0); round < rounds; round++ {
		for i := range variables {
			variables[i] = round * int64(i+1) % 17
		}
		sum = (sum*31 + tree.evaluate(variables)) & 1099511627775
	}
	fmt.Println(sum)
}
