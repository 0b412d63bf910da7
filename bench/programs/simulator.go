// Tasks that pass packets to each other: dynamic dispatch through an interface.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type task interface{ step(packet int64) int64 }

type counter struct{ total int64 }
type filter struct{ limit, dropped int64 }
type delay struct{ held, slots int64 }
type mixer struct{ state int64 }

func (t *counter) step(packet int64) int64 {
	t.total += packet & 15
	return packet + t.total
}

func (t *filter) step(packet int64) int64 {
	if packet&1023 > t.limit {
		t.dropped++
		return packet >> 1
	}
	return packet
}

func (t *delay) step(packet int64) int64 {
	out := t.held
	t.held = packet
	t.slots++
	return out
}

func (t *mixer) step(packet int64) int64 {
	t.state = (t.state*1103515245 + 12345 + packet) & 2147483647
	return t.state ^ packet
}

func main() {
	rounds, _ := strconv.ParseInt(os.Args[1], 10, 64)
	var tasks []task
	for i := int64(0); i < 16; i++ {
		tasks = append(tasks, &counter{i}, &filter{i * 60, 0}, &delay{i, 0}, &mixer{i})
	}
	packet := int64(1)
	for round := int64(0); round < rounds; round++ {
		for at := 0; at < len(tasks); at++ {
			packet = tasks[(at*7+int(packet&3))%len(tasks)].step(packet) & 1099511627775
		}
	}
	fmt.Println(packet)
}
