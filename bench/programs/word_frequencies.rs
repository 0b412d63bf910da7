// Counts the words of a large text, whatever their case, and prints the most frequent ones.
use std::borrow::Cow;
use std::collections::HashMap;

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 128 || byte == b'\''
}

fn count_words(text: &str) -> HashMap<Cow<'_, str>, i64> {
    let mut counts = HashMap::new();
    let bytes = text.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        while position < bytes.len() && !is_word_byte(bytes[position]) {
            position += 1;
        }
        let start = position;
        while position < bytes.len() && is_word_byte(bytes[position]) {
            position += 1;
        }
        if position > start {
            let word = &text[start..position];
            let key = match word.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => Cow::Owned(word.to_lowercase()),
                false => Cow::Borrowed(word),
            };
            *counts.entry(key).or_insert(0) += 1;
        }
    }
    counts
}

fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let counts = count_words(&text);
    let mut ranking: Vec<_> = counts.iter().collect();
    ranking.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    for (word, times) in &ranking[..20] {
        println!("{} {}", times, word);
    }
    println!("{} {}", counts.len(), text.len());
}
