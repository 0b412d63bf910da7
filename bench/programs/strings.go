// Building a text piece by piece, each piece made by interpolation.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	count, _ := strconv.Atoi(os.Args[1])
	var builder strings.Builder
	length := 0
	for i := 0; i < count; i++ {
		piece := "item " + strconv.Itoa(i) + " of " + strconv.Itoa(count) + "; "
		length += len(piece)
		builder.WriteString(piece)
	}
	text := builder.String()
	semicolons := 0
	for i := 0; i < len(text); i++ {
		if text[i] == ';' {
			semicolons++
		}
	}
	fmt.Println(length, len(text), semicolons)
}
