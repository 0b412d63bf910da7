// Compression by references to earlier text, found through a table of hashes, and decompression.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func hash(input []byte, at int) int {
	word := int(input[at]) | int(input[at+1])<<8 | int(input[at+2])<<16
	return (word * 2654435761 >> 16) & 65535
}

type output struct {
	bytes []byte
	size  int
}

func (out *output) put(value int) {
	out.bytes[out.size] = byte(value)
	out.size++
}

func compress(input []byte) *output {
	out := &output{make([]byte, len(input)*2+3), 0}
	table := make([]int, 65536)
	for i := range table {
		table[i] = -1
	}
	for at := 0; at < len(input); {
		length, candidate := 0, -1
		if at+3 <= len(input) {
			slot := hash(input, at)
			candidate = table[slot]
			table[slot] = at
			if candidate >= 0 && at-candidate < 65536 {
				for length < 255 && at+length < len(input) && input[candidate+length] == input[at+length] {
					length++
				}
			}
		}
		if length >= 4 {
			out.put(length)
			out.put((at - candidate) >> 8)
			out.put(at - candidate)
			at += length
		} else {
			out.put(0)
			out.put(int(input[at]))
			at++
		}
	}
	return out
}

func expand(packed *output, size int) []byte {
	bytes := make([]byte, size)
	from, to := 0, 0
	for from < packed.size {
		length := int(packed.bytes[from])
		if length == 0 {
			bytes[to] = packed.bytes[from+1]
			from += 2
			to++
		} else {
			distance := int(packed.bytes[from+1])<<8 | int(packed.bytes[from+2])
			for i := 0; i < length; i++ {
				bytes[to+i] = bytes[to+i-distance]
			}
			from += 3
			to += length
		}
	}
	return bytes
}

func main() {
	size, _ := strconv.Atoi(os.Args[1])
	input := make([]byte, size)
	words := []string{"the ", "collector ", "marks ", "what ", "it ", "reaches ", "and ", "sweeps ", "rest "}
	random := int64(13)
	for at := 0; at < size; {
		random = (random*1103515245 + 12345) & 2147483647
		word := words[(random>>16)%9]
		for i := 0; i < len(word) && at < size; i++ {
			input[at] = word[i]
			at++
		}
	}
	packed := compress(input)
	again := expand(packed, size)
	same := 0
	for i := range input {
		if input[i] == again[i] {
			same++
		}
	}
	fmt.Println(packed.size, same)
}
