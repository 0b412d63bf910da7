"""Large projects of mixed constructs in many modules, to measure how the time of checking grows.

`write_mixed_project` writes a project of about as many lines as it is told. Each module has one unit: constants,
structs, contracts with dynamic calls, generics with constraints, enums with nested matches, closures, events, results,
references, containers and texts; it uses the module before it.
"""

from __future__ import annotations

from pathlib import Path

PROJECT = """\
project {
    name = "Mixed"
    version = "0.1.0"
    root = "Src"
}

target "App" {
    kind = App
    entry = "Main.bd"
}
"""

UNIT = """\
/// Part @ of a large program: an account, what happens to it, and who is told.
use Collections.List;
use Collections.Map;

/// The most that an account may hold.
pub const i64 Limit = 1000 * (@ + 1) + 7;

const string Greeting = "part " + "@";

pub type Account : Describable {
    i64 balance,
    string owner,
    List<Entry> entries,
    event{4} Changed(i64 before, i64 now),

    pub bool IsEmpty() => balance == 0 && entries.IsEmpty();
}

pub type Entry : Equatable, Hashable {
    i64 amount,
    Reason reason,
}

impl Entry {
    bool Equals(Entry other) {
        return amount == other.amount && reason == other.reason;
    }

    i64 Hash() {
        return amount * 31 + hashed(reason);
    }
}

/// Why a balance changed.
pub enum Reason {
    Opened,
    Paid(string to, i64 cents),
    Received(string sender, Option<i64> note),
    Corrected(Reason was, f64 factor),
}

/// What can be told in a line.
pub contract Describable {
    string Describe();
    i64 Weight(i64 unit);
}

impl Account {
    string Describe() {
        return "${owner} has ${balance} of ${Limit} after ${entries.Count()} entries";
    }

    i64 Weight(i64 unit) {
        if unit == 0 { return balance; }
        return balance / unit;
    }

    pub Result<i64, string> Add(Entry entry) {
        let next = balance + entry.amount;
        if next < 0 {
            return Result::Error("${owner} lacks ${-next}");
        } else if next > Limit {
            return Result::Error("${owner} has too much");
        }
        let before = balance;
        balance = next;
        entries.Push(entry);
        Changed(before, next);
        return Result::Ok(next);
    }
}

impl Reason {
    pub bool IsIncome(i64 least) {
        return match this {
            Reason::Opened => true,
            Reason::Received(_, Option::Some(note)) when note >= least => true,
            Reason::Received(sender, Option::None) => sender.Len() > 3,
            Reason::Corrected(Reason::Paid(_, cents), factor) when factor < 1.0 => cents > 100,
            Reason::Corrected(was, _) => was.IsIncome(least),
            _ => false,
        };
    }
}

/// A pair of values of any types.
pub type Pair<A, B> { A first, B second }

impl Pair<A, B> {
    pub Pair<B, A> Swap() => Pair<B, A> { first: this.second, second: this.first };
}

pub T Larger<T : Comparable>(T a, T b) {
    if a.Compare(b) > 0 { return a; }
    return b;
}

i64 hashed<T : Hashable>(T value) => value.Hash();

R fold<T, R>(T[] values, R start, R(R, T) step) {
    R mut result = start;
    for value in values { result = step(result, value); }
    return result;
}

unit divide(i64 a, i64 b, out i64 quotient, ref i64 count) {
    quotient = 0;
    if b != 0 { quotient = a / b; }
    count += 1;
}

i64 parse(string text, i64 otherwise) {
    i64 mut total = 0;
    for character in text {
        match character.DigitValue() {
            Option::Some(digit) => { total = total * 10 + digit; },
            Option::None => { return otherwise; },
        };
    }
    return total;
}

/// Pays several amounts and gives the last balance.
pub Result<i64, string> PayAll(Account account, string[] texts) {
    i64 mut last = account.balance;
    for text in texts {
        let amount = parse(text, -1);
        let reason = Reason::Paid("someone", amount * 100);
        last = account.Add(Entry { amount: -amount, reason: reason })?;
    }
    return Result::Ok(last);
}

i64 spread(u8 small, i32 middle, f64 real) {
    let mixed = middle + small;
    let bits = (mixed as i64) << 3 ^ 0xff;
    f64 mut scaled = real * 2.5 - 1e3;
    while scaled > 10.0 && scaled != real {
        scaled /= 3.0;
    }
    return bits % 17 + (scaled as i64);
}

pub i64 Run(i64 seed) {
    let account = Account { balance: 10, owner: "owner of @".ToUpper(), entries: List.New<Entry>() };
    i64 mut told = 0;
    account.Changed += (before, now) => { told += now - before; };
    let outcome = account.Add(Entry { amount: seed, reason: Reason::Received("a friend", Option::Some(seed)) });
    i64 mut total = match outcome {
        Result::Ok(balance) => balance,
        Result::Error(message) => message.Len(),
    };
    let names = Map.New<string, i64>();
    for i in range(0, 5) {
        names.Insert("${Greeting} ${i}", i * seed);
        if i == 3 { continue; }
        total += names.GetOr("${Greeting} 1", i);
    }
    let step = (i64 sum, i64 value) => sum + value * seed;
    total += fold<i64, i64>([1, 2, 3, told], 0, step);
    i64 mut count = 0;
    i64 mut quotient = 0;
    divide(total, seed - 2, out quotient, ref count);
    Describable[] all = [account, account];
    for each in all { total += each.Describe().Len() + each.Weight(count + 1); }
    let swapped = Pair<i64, string> { first: quotient, second: "x" }.Swap();
    total += Larger(swapped.second, total) + Larger("a", swapped.first).Len();
    if PayAll(account, ["1", "2"]).IsOk() { total += spread(7, 100_i32, 1.5); }
    return total @BEFORE@;
}
"""
LINES_OF_UNIT = UNIT.count("\n")


def write_mixed_project(folder: Path, lines: int) -> Path:
    """Write a project of about that many lines into a folder, and return the folder."""
    source = folder / "Src"
    source.mkdir(parents=True)
    (folder / "Project.proj").write_text(PROJECT, encoding="utf-8")
    count = max(1, round(lines / LINES_OF_UNIT))
    for number in range(count):
        use = f"use Part{number - 1};\n" if number else ""
        before = f"+ Part{number - 1}.Run(seed + 1) % 100" if number else ""
        text = UNIT.replace(" @BEFORE@", f" {before}" if before else "").replace("@", str(number))
        head, imports, rest = text.partition("use Collections.Map;\n")
        (source / f"Part{number}.bd").write_text(f"{head}{imports}{use}{rest}", encoding="utf-8")
    main = f'use Part{count - 1};\n\nunit main() {{\n    PrintLine("${{Part{count - 1}.Run(5)}}");\n}}\n'
    (source / "Main.bd").write_text(main, encoding="utf-8")
    return folder
