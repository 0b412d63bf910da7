// Lines of a log that are made, split, counted by key and summed up: strings and maps.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	lines, _ := strconv.ParseInt(os.Args[1], 10, 64)
	hosts := []string{"alpha", "beta", "gamma", "delta", "epsilon"}
	levels := []string{"INFO", "WARN", "ERROR"}
	var text strings.Builder
	random := int64(5)
	for i := int64(0); i < lines; i++ {
		random = (random*1103515245 + 12345) & 2147483647
		host := hosts[(random>>16)%5]
		random = (random*1103515245 + 12345) & 2147483647
		level := levels[(random>>16)%3]
		fmt.Fprintf(&text, "%d %s %s request=%d bytes=%d\n", i, host, level, (random>>8)%1000, random&65535)
	}
	counts := map[string]int64{}
	sum := int64(0)
	for _, line := range strings.Split(text.String(), "\n") {
		parts := strings.Split(line, " ")
		if len(parts) < 5 {
			continue
		}
		counts[parts[1]+"/"+parts[2]]++
		counts[parts[3]]++
		at := strings.Index(line, "bytes=")
		bytes, _ := strconv.ParseInt(line[at+6:], 10, 64)
		sum += bytes
	}
	fmt.Println(len(counts), counts["alpha/INFO"], counts["request=7"], sum)
}
