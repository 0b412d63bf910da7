// Complete binary trees, many short-lived and one that stays: allocation and marking.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func count(tree *node) int {
	if tree == nil {
		return 0
	}
	return 1 + count(tree.left) + count(tree.right)
}

func main() {
	deepest, _ := strconv.Atoi(os.Args[1])
	fmt.Println(count(build(deepest + 1)))
	kept := build(deepest)
	for depth := 4; depth <= deepest; depth += 2 {
		trees := 1 << (deepest - depth + 4)
		sum := 0
		for i := 0; i < trees; i++ {
			sum += count(build(depth))
		}
		fmt.Println(trees, depth, sum)
	}
	fmt.Println(count(kept))
}
