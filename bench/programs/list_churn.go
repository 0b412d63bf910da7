// Linked lists, a ring of which stays alive while the oldest is replaced: objects that die in the order of their birth.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type link struct {
	value int
	next  *link
}

func build(length, seed int) *link {
	var list *link
	for i := 0; i < length; i++ {
		list = &link{i ^ seed, list}
	}
	return list
}

func sum(list *link) int {
	total := 0
	for ; list != nil; list = list.next {
		total += list.value
	}
	return total
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	ring := make([]*link, 64)
	total := 0
	for round := 0; round < rounds; round++ {
		ring[round%64] = build(10000, round)
		total += sum(ring[(round*7)%64])
	}
	fmt.Println(total)
}
