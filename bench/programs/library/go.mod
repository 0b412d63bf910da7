module library

go 1.24.0

require (
	github.com/google/btree v1.1.3
	github.com/rivo/uniseg v0.4.7
	golang.org/x/text v0.31.0
)
