package main

import (
	"container/heap"
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"github.com/google/btree"
	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

const rounds, records, keyCount = 3, 1000000, 5000
const orderedKeys, queuedKeys, primeLimit = 100000, 1000, 5000000

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

func filter(values iter.Seq[int64], test func(int64) bool) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for value := range values {
			if test(value) && !yield(value) {
				return
			}
		}
	}
}

func transform(values iter.Seq[int64], change func(int64) int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for value := range values {
			if !yield(change(value)) {
				return
			}
		}
	}
}

func skip(values iter.Seq[int64], count int) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		left := count
		for value := range values {
			if left > 0 {
				left--
			} else if !yield(value) {
				return
			}
		}
	}
}

func chained(keys []int64) int64 {
	thirds := filter(slices.Values(keys), func(key int64) bool { return key%3 == 0 })
	sum := int64(0)
	for value := range skip(transform(thirds, func(key int64) int64 { return key % 1009 }), 10) {
		sum += value
	}
	return sum
}

func queued(keys []int64) int64 {
	queue := list.New()
	sum := int64(0)
	for _, key := range keys {
		queue.PushBack(key)
		if queue.Len() > queuedKeys {
			sum += queue.Remove(queue.Front()).(int64) % 10
		}
	}
	return sum
}

type numbers []int64

func (n numbers) Len() int           { return len(n) }
func (n numbers) Less(i, j int) bool { return n[i] < n[j] }
func (n numbers) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *numbers) Push(value any)    { *n = append(*n, value.(int64)) }
func (n *numbers) Pop() any {
	last := len(*n) - 1
	value := (*n)[last]
	*n = (*n)[:last]
	return value
}

func prioritized(keys []int64) int64 {
	queue := &numbers{}
	for _, key := range keys[:len(keys)/4] {
		heap.Push(queue, key)
	}
	sum, place := int64(0), int64(0)
	for queue.Len() > 0 {
		place++
		sum += heap.Pop(queue).(int64) * (place % 2)
	}
	return sum
}

func ordered(keys []int64) int64 {
	tree := btree.NewG(32, func(left, right record) bool { return left.key < right.key })
	for i, key := range keys[:orderedKeys] {
		tree.ReplaceOrInsert(record{key, int64(i)})
	}
	sum := int64(0)
	for _, key := range keys[:orderedKeys] {
		tree.AscendGreaterOrEqual(record{key + 1, 0}, func(next record) bool {
			sum += next.place % 10
			return false
		})
	}
	return sum
}

func primes() int64 {
	composite := make([]uint64, primeLimit/64+1)
	count := int64(0)
	for i := 2; i < primeLimit; i++ {
		if composite[i/64]>>(i%64)&1 != 0 {
			continue
		}
		count++
		if i < 2237 {
			for j := i * i; j < primeLimit; j += i {
				composite[j/64] |= 1 << (j % 64)
			}
		}
	}
	return count
}

func counted(keys []int64) int64 {
	counts := map[int64]int64{}
	for _, key := range keys {
		counts[key%keyCount]++
	}
	most := make([]int64, 0, len(counts))
	for _, count := range counts {
		most = append(most, count)
	}
	slices.SortFunc(most, func(left, right int64) int { return int(right - left) })
	return most[9]
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
	text := string(read(folder, "text.txt"))
	measure("nfc", func() int64 { return int64(len(norm.NFC.String(text))) })
	measure("graphemes", func() int64 { return int64(uniseg.GraphemeClusterCount(text)) })
	measure("letters", func() int64 {
		count := int64(0)
		for _, c := range text {
			if unicode.IsLetter(c) {
				count++
			}
		}
		return count
	})
	measure("query", func() int64 { return chained(keys) })
	measure("deque", func() int64 { return queued(keys) })
	measure("priority", func() int64 { return prioritized(keys) })
	measure("ordered", func() int64 { return ordered(keys) })
	measure("bits", primes)
	measure("counter", func() int64 { return counted(keys) })
}
