"""Large programs of one shape in each language: types, methods, tagged values, matches, loops and generics.

`large_program` takes a language and a number of lines of Beskid; the same number of units is written in each language,
so lines differ where one language needs more words than another. The program prints one number, the same in all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """The text around the units of a language, and one unit; `@` is replaced by its number."""

    suffix: str
    head: str
    unit: str
    main: str
    call: str
    end: str


def large_program(language: str, lines: int) -> str:
    """Generate a program with as many units as fill a number of lines of Beskid."""
    shape = SHAPES[language]
    count = max(1, (lines - 10) // LINES_OF_UNIT)
    units = [shape.unit.replace("@", str(number)) for number in range(count)]
    calls = [shape.call.replace("@", str(number)) for number in range(count)]
    return shape.head + "".join(units) + shape.main + "".join(calls) + shape.end


BESKID_UNIT = """\
type Item@ {
    i64 price,
    string name,
    bool sold,

    pub i64 Total(i64 count) {
        if sold { return 0; }
        return price * count;
    }

    pub string Label() => "${name}: ${price}";
}

enum Event@ {
    Bought(Item@ item, i64 count),
    Returned(Item@ item),
    Nothing,
}

i64 apply@(Event@ event, i64 balance) {
    return match event {
        Event@::Bought(item, count) when count > 10 => balance - item.Total(count) / 2,
        Event@::Bought(item, count) => balance - item.Total(count),
        Event@::Returned(item) => balance + item.price,
        Event@::Nothing => balance,
    };
}

T choose@<T>(bool first, T a, T b) {
    if first { return a; }
    return b;
}

i64 run@(i64 seed) {
    let item = Item@ { price: seed * 3 + 1, name: "item @", sold: false };
    i64 mut balance = 1000;
    Event@[] events = [Event@::Bought(item, 3), Event@::Returned(item), Event@::Nothing];
    for event in events {
        balance = apply@(event, balance);
    }
    for i in range(0_i64, 10) {
        if i % 3 == 0 { continue; }
        balance += choose@(i > 5, i, item.Label().Len());
    }
    i64 mut rounds = 0;
    while balance > 10 && rounds < 5 {
        balance = balance / 2;
        rounds += 1;
    }
    return balance;
}

"""

GO_UNIT = """\
type Item@ struct {
	price int64
	name  string
	sold  bool
}

func (item *Item@) Total(count int64) int64 {
	if item.sold {
		return 0
	}
	return item.price * count
}

func (item *Item@) Label() string { return item.name + ": " + strconv.FormatInt(item.price, 10) }

type Event@ interface{ event@() }
type Bought@ struct {
	item  *Item@
	count int64
}
type Returned@ struct{ item *Item@ }
type Nothing@ struct{}

func (Bought@) event@()   {}
func (Returned@) event@() {}
func (Nothing@) event@()  {}

func apply@(event Event@, balance int64) int64 {
	switch event := event.(type) {
	case Bought@:
		if event.count > 10 {
			return balance - event.item.Total(event.count)/2
		}
		return balance - event.item.Total(event.count)
	case Returned@:
		return balance + event.item.price
	}
	return balance
}

func choose@[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func run@(seed int64) int64 {
	item := &Item@{price: seed*3 + 1, name: "item @", sold: false}
	balance := int64(1000)
	events := []Event@{Bought@{item, 3}, Returned@{item}, Nothing@{}}
	for _, event := range events {
		balance = apply@(event, balance)
	}
	for i := int64(0); i < 10; i++ {
		if i%3 == 0 {
			continue
		}
		balance += choose@(i > 5, i, int64(len(item.Label())))
	}
	rounds := 0
	for balance > 10 && rounds < 5 {
		balance = balance / 2
		rounds++
	}
	return balance
}

"""

RUST_UNIT = """\
struct Item@ {
    price: i64,
    name: String,
    sold: bool,
}

impl Item@ {
    fn total(&self, count: i64) -> i64 {
        if self.sold {
            return 0;
        }
        self.price * count
    }

    fn label(&self) -> String {
        format!("{}: {}", self.name, self.price)
    }
}

enum Event@<'a> {
    Bought(&'a Item@, i64),
    Returned(&'a Item@),
    Nothing,
}

fn apply@(event: &Event@, balance: i64) -> i64 {
    match event {
        Event@::Bought(item, count) if *count > 10 => balance - item.total(*count) / 2,
        Event@::Bought(item, count) => balance - item.total(*count),
        Event@::Returned(item) => balance + item.price,
        Event@::Nothing => balance,
    }
}

fn choose@<T>(first: bool, a: T, b: T) -> T {
    if first { a } else { b }
}

fn run@(seed: i64) -> i64 {
    let item = Item@ { price: seed * 3 + 1, name: String::from("item @"), sold: false };
    let mut balance = 1000i64;
    let events = [Event@::Bought(&item, 3), Event@::Returned(&item), Event@::Nothing];
    for event in &events {
        balance = apply@(event, balance);
    }
    for i in 0..10 {
        if i % 3 == 0 {
            continue;
        }
        balance += choose@(i > 5, i, item.label().len() as i64);
    }
    let mut rounds = 0;
    while balance > 10 && rounds < 5 {
        balance /= 2;
        rounds += 1;
    }
    balance
}

"""

C_UNIT = """\
typedef struct {
    int64_t price;
    const char *name;
    bool sold;
} Item@;

static int64_t total@(const Item@ *item, int64_t count) {
    if (item->sold) return 0;
    return item->price * count;
}

static size_t label@(const Item@ *item, char *text, size_t size) {
    return (size_t)snprintf(text, size, "%s: %lld", item->name, (long long)item->price);
}

typedef struct {
    enum { BOUGHT@, RETURNED@, NOTHING@ } kind;
    const Item@ *item;
    int64_t count;
} Event@;

static int64_t apply@(Event@ event, int64_t balance) {
    switch (event.kind) {
    case BOUGHT@:
        if (event.count > 10) return balance - total@(event.item, event.count) / 2;
        return balance - total@(event.item, event.count);
    case RETURNED@:
        return balance + event.item->price;
    default:
        return balance;
    }
}

static int64_t choose@(bool first, int64_t a, int64_t b) {
    if (first) return a;
    return b;
}

int64_t run@(int64_t seed) {
    Item@ item = {.price = seed * 3 + 1, .name = "item @", .sold = false};
    int64_t balance = 1000;
    Event@ events[] = {{BOUGHT@, &item, 3}, {RETURNED@, &item, 0}, {NOTHING@, NULL, 0}};
    for (size_t i = 0; i < 3; i++) balance = apply@(events[i], balance);
    for (int64_t i = 0; i < 10; i++) {
        char text[64];
        if (i % 3 == 0) continue;
        balance += choose@(i > 5, i, (int64_t)label@(&item, text, sizeof text));
    }
    int64_t rounds = 0;
    while (balance > 10 && rounds < 5) {
        balance = balance / 2;
        rounds += 1;
    }
    return balance;
}

"""

LINES_OF_UNIT = BESKID_UNIT.count("\n") + 1

SHAPES = {
    "beskid": Shape(
        ".bd",
        "",
        BESKID_UNIT,
        "i64 main() {\n    i64 mut total = 0;\n",
        "    total += run@(@);\n",
        '    PrintLine("${total}");\n    return 0;\n}\n',
    ),
    "go": Shape(
        ".go",
        'package main\n\nimport (\n\t"fmt"\n\t"strconv"\n)\n\n',
        GO_UNIT,
        "func main() {\n\ttotal := int64(0)\n",
        "\ttotal += run@(@)\n",
        "\tfmt.Println(total)\n}\n",
    ),
    "rust": Shape(
        ".rs",
        "",
        RUST_UNIT,
        "fn main() {\n    let mut total = 0;\n",
        "    total += run@(@);\n",
        '    println!("{}", total);\n}\n',
    ),
    "c": Shape(
        ".c",
        "#include <stdbool.h>\n#include <stdint.h>\n#include <stdio.h>\n\n",
        C_UNIT,
        "int main(void) {\n    int64_t total = 0;\n",
        "    total += run@(@);\n",
        '    printf("%lld\\n", (long long)total);\n    return 0;\n}\n',
    ),
}
