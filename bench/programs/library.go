package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

const rounds, records, keyCount = 3, 1000000, 5000

type record struct{ key, place int64 }

func measure(name string, task func() int64) {
	var best time.Duration
	var check int64
	for round := 0; round < rounds; round++ {
		start := time.Now()
		check = task()
		span := time.Since(start)
		if round == 0 || span < best {
			best = span
		}
	}
	fmt.Printf("%s %.1f %d\n", name, float64(best.Nanoseconds())/1e6, check)
}

func valuesIn(value any) int64 {
	count := int64(1)
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			count += valuesIn(item)
		}
	case map[string]any:
		for _, item := range value {
			count += valuesIn(item)
		}
	}
	return count
}

func read(folder, name string) []byte {
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		panic(err)
	}
	return data
}

func main() {
	folder := os.Args[1]
	data := read(folder, "data.json")
	measure("json", func() int64 {
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			panic(err)
		}
		return valuesIn(value)
	})
	log := read(folder, "access.log")
	regex := regexp.MustCompile(`(GET|POST) (/[a-z0-9/]+) HTTP/1\.[01]" (5\d\d)`)
	measure("regex", func() int64 {
		count := int64(0)
		for _, found := range regex.FindAllSubmatchIndex(log, -1) {
			count += int64(found[0] % 10)
		}
		return count
	})
	keys := make([]int64, records)
	state := uint64(1)
	for i := range keys {
		state = state*6364136223846793005 + 1442695040888963407
		keys[i] = int64(state >> 33)
	}
	measure("sort", func() int64 {
		made := make([]*record, len(keys))
		for i, key := range keys {
			made[i] = &record{key, int64(i)}
		}
		sort.SliceStable(made, func(i, j int) bool { return made[i].key < made[j].key })
		return made[len(made)/2].place
	})
	measure("group", func() int64 {
		sums := map[int64]int64{}
		for _, key := range keys {
			sums[key%keyCount] += key
		}
		return sums[7]
	})
	table := string(read(folder, "table.csv"))
	measure("csv", func() int64 {
		count := int64(0)
		reader := csv.NewReader(strings.NewReader(table))
		for {
			row, err := reader.Read()
			if err == io.EOF {
				return count
			}
			if err != nil {
				panic(err)
			}
			count += int64(len(row))
		}
	})
	bytes := []byte(table)
	measure("base64", func() int64 {
		decoded, err := base64.StdEncoding.DecodeString(base64.StdEncoding.EncodeToString(bytes))
		if err != nil {
			panic(err)
		}
		return int64(len(decoded))
	})
	measure("sha256", func() int64 {
		digest := sha256.Sum256(bytes)
		return int64(digest[0])
	})
	left := new(big.Int).Exp(big.NewInt(3), big.NewInt(209590), nil)
	right := new(big.Int).Exp(big.NewInt(7), big.NewInt(118329), nil)
	measure("product", func() int64 { return int64(new(big.Int).Mul(left, right).BitLen()) })
	times := strings.Split(strings.TrimSpace(string(read(folder, "times.txt"))), "\n")
	measure("time", func() int64 {
		sum := int64(0)
		for _, line := range times {
			moment, err := time.Parse(time.RFC3339, line)
			if err != nil {
				panic(err)
			}
			sum += moment.Unix()
		}
		return sum
	})
}
