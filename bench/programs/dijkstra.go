// Shortest paths in a random graph: slices of structs, and a heap.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type edge struct{ target, weight int64 }

type entry struct{ node, distance int64 }

type queue []entry

func (heap *queue) push(item entry) {
	*heap = append(*heap, item)
	entries := *heap
	at := len(entries) - 1
	for at > 0 && entries[(at-1)/2].distance > item.distance {
		entries[at] = entries[(at-1)/2]
		at = (at - 1) / 2
	}
	entries[at] = item
}

func (heap *queue) pop() entry {
	entries := *heap
	first := entries[0]
	last := entries[len(entries)-1]
	entries = entries[:len(entries)-1]
	*heap = entries
	size := len(entries)
	if size == 0 {
		return first
	}
	at := 0
	for at*2+1 < size {
		child := at*2 + 1
		if child+1 < size && entries[child+1].distance < entries[child].distance {
			child++
		}
		if entries[child].distance >= last.distance {
			break
		}
		entries[at] = entries[child]
		at = child
	}
	entries[at] = last
	return first
}

func main() {
	size, _ := strconv.ParseInt(os.Args[1], 10, 64)
	var graph [][]edge
	random := int64(7)
	for node := int64(0); node < size; node++ {
		var edges []edge
		for i := 0; i < 6; i++ {
			random = (random*1103515245 + 12345) & 2147483647
			target := random % size
			random = (random*1103515245 + 12345) & 2147483647
			edges = append(edges, edge{target, 1 + (random>>16)%100})
		}
		edges = append(edges, edge{(node + 1) % size, 200})
		graph = append(graph, edges)
	}
	distances := make([]int64, size)
	for node := range distances {
		distances[node] = 1 << 60
	}
	distances[0] = 0
	var heap queue
	heap.push(entry{0, 0})
	for len(heap) > 0 {
		item := heap.pop()
		if item.distance > distances[item.node] {
			continue
		}
		for _, edge := range graph[item.node] {
			distance := item.distance + edge.weight
			if distance < distances[edge.target] {
				distances[edge.target] = distance
				heap.push(entry{edge.target, distance})
			}
		}
	}
	sum := int64(0)
	for _, distance := range distances {
		sum += distance
	}
	fmt.Println(sum)
}
