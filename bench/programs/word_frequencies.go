// Counts the words of a large text, whatever their case, and prints the most frequent ones.
package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
)

type count struct {
	word  string
	times int
}

func isWordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 128 || b == '\''
}

func hasUpper(word string) bool {
	for i := 0; i < len(word); i++ {
		if word[i] >= 'A' && word[i] <= 'Z' {
			return true
		}
	}
	return false
}

func countWords(text string) map[string]int {
	counts := map[string]int{}
	end := len(text)
	for position := 0; position < end; {
		for position < end && !isWordByte(text[position]) {
			position++
		}
		start := position
		for position < end && isWordByte(text[position]) {
			position++
		}
		if position > start {
			word := text[start:position]
			if hasUpper(word) {
				word = strings.ToLower(word)
			}
			counts[word]++
		}
	}
	return counts
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	text := string(data)
	counts := countWords(text)
	ranking := make([]count, 0, len(counts))
	for word, times := range counts {
		ranking = append(ranking, count{word, times})
	}
	slices.SortStableFunc(ranking, func(left, right count) int {
		if left.times != right.times {
			return cmp.Compare(right.times, left.times)
		}
		return strings.Compare(left.word, right.word)
	})
	for _, entry := range ranking[:20] {
		fmt.Println(entry.times, entry.word)
	}
	fmt.Println(len(counts), len(text))
}
