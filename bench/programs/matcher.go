// A backtracking matcher of patterns with `.`, `*`, `+`, `?` and `[a-z]`: recursion over bytes.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type piece struct{ low, high, least, most int }

func compile(pattern string) []*piece {
	var pieces []*piece
	for at := 0; at < len(pattern); {
		low := int(pattern[at])
		high := low
		if low == '.' {
			low, high = 0, 255
		} else if low == '[' {
			low, high = int(pattern[at+1]), int(pattern[at+3])
			at += 4
		}
		at++
		least, most := 1, 1
		if at < len(pattern) {
			sign := pattern[at]
			if sign == '*' || sign == '?' {
				least = 0
			}
			if sign == '*' || sign == '+' {
				most = 1 << 40
			}
			if sign == '*' || sign == '+' || sign == '?' {
				at++
			}
		}
		pieces = append(pieces, &piece{low, high, least, most})
	}
	return pieces
}

func match(pieces []*piece, number int, text string, at int) int {
	if number == len(pieces) {
		return at
	}
	piece := pieces[number]
	count := 0
	for count < piece.most && at+count < len(text) {
		byte := int(text[at+count])
		if byte < piece.low || byte > piece.high {
			break
		}
		count++
	}
	for ; count >= piece.least; count-- {
		if end := match(pieces, number+1, text, at+count); end >= 0 {
			return end
		}
	}
	return -1
}

func main() {
	length, _ := strconv.Atoi(os.Args[1])
	bytes := make([]byte, length)
	random := int64(9)
	for i := range bytes {
		random = (random*1103515245 + 12345) & 2147483647
		chance := (random >> 16) % 30
		bytes[i] = ' '
		if chance < 26 {
			bytes[i] = byte(97 + chance)
		}
	}
	text := string(bytes)
	matches, sum := 0, 0
	for _, pattern := range []string{"[a-f]+x?[m-z]*e", "a.*b.c", "[a-m][n-z][a-m][n-z] ", "q[a-z]*z"} {
		pieces := compile(pattern)
		for from := 0; from+64 < length; from++ {
			if end := match(pieces, 0, text[from:from+64], 0); end >= 0 {
				matches++
				sum += end
			}
		}
	}
	fmt.Println(matches, sum)
}
