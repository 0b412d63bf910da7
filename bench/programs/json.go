// Parses a large JSON document into a tree and walks it: encoding/json into `any`.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type sums struct{ values, whole, bytes int }

func walk(value any, found *sums) {
	found.values++
	switch value := value.(type) {
	case float64:
		found.whole += int(value)
	case string:
		found.bytes += len(value)
	case []any:
		for _, item := range value {
			walk(item, found)
		}
	case map[string]any:
		for name, member := range value {
			found.bytes += len(name)
			walk(member, found)
		}
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		panic(err)
	}
	var found sums
	walk(document, &found)
	fmt.Println(found.values, found.whole, found.bytes, len(text))
}
