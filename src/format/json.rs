//! JSON that people read and compare: two spaces, one line for what is short, the order of the data.

use std::fmt::Write as _;

use super::data::{Data, float};
use super::text::is_deceptive;

/// The width that a list or mapping on one line may reach.
const WIDTH: usize = 120;
/// The length that one may have which holds another.
const NESTED: usize = 72;

/// Appends a document with a newline at its end.
pub fn document(data: &Data<'_>, out: &mut String) {
    value(data, 0, 0, out);
    out.push('\n');
}

/// Appends a value whose line is indented by `indent`, with `before` more characters in front of it.
fn value(data: &Data<'_>, indent: usize, before: usize, out: &mut String) {
    let start = out.len();
    let end = start + WIDTH.saturating_sub(indent + before);
    if let Some(flat) = short(data, end, out)
        && (flat || out.len() <= start + NESTED)
    {
        return;
    }
    out.truncate(start);
    match data {
        Data::List(items) if !items.is_empty() => {
            lines('[', ']', indent, items, out, |item, out| value(item, indent + 2, 0, out));
        }
        Data::Map(map) if !map.is_empty() => {
            lines('{', '}', indent, map.entries(), out, |(key, item), out| {
                let start = out.len();
                text(key, out);
                out.push_str(": ");
                let before = out.len() - start;
                value(item, indent + 2, before, out);
            });
        }
        // No line is long enough for a text that cannot be broken.
        leaf => scalar(leaf, out),
    }
}

fn lines<T>(
    open: char,
    close: char,
    indent: usize,
    items: &[T],
    out: &mut String,
    mut one: impl FnMut(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n(' ', indent + 2));
        one(item, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(close);
}

/// Appends a value on one line, and says whether it holds nothing that holds something. Beyond `end` it says nothing and leaves
/// what it began.
fn short(data: &Data<'_>, end: usize, out: &mut String) -> Option<bool> {
    let mut flat = true;
    match data {
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                flat &= is_leaf(item);
                short(item, end, out)?;
            }
            out.push(']');
        }
        Data::Map(map) => {
            out.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                text(key, out);
                out.push_str(": ");
                flat &= is_leaf(item);
                short(item, end, out)?;
            }
            out.push('}');
        }
        leaf => scalar(leaf, out),
    }
    (out.len() <= end).then_some(flat)
}

fn is_leaf(data: &Data<'_>) -> bool {
    data.is_empty() || !matches!(data, Data::List(_) | Data::Map(_))
}

/// Appends a value that holds no other.
fn scalar(data: &Data<'_>, out: &mut String) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Int(number) => {
            // Writing into a string cannot fail.
            let _ = write!(out, "{number}");
        }
        Data::Float(number) => out.push_str(&float(*number)),
        Data::Text(string) => text(string, out),
        Data::List(_) => out.push_str("[]"),
        Data::Map(_) => out.push_str("{}"),
    }
}

/// Appends a string; what would show something else than it says is escaped.
fn text(text: &str, out: &mut String) {
    out.push('"');
    let is_special = |byte: u8| !(b' '..=b'~').contains(&byte) || byte == b'"' || byte == b'\\';
    let mut rest = text;
    // Most of a text stands for itself.
    while let Some(at) = rest.bytes().position(is_special) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        if let Some(character) = characters.next() {
            escaped(character, out);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends a character of a string.
fn escaped(character: char, out: &mut String) {
    match character {
        '"' | '\\' => {
            out.push('\\');
            out.push(character);
        }
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        _ if character < ' ' || character == '\u{7f}' || is_deceptive(character) => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        _ => out.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map;

    fn print(data: impl Into<Data<'static>>) -> String {
        let mut out = String::new();
        document(&data.into(), &mut out);
        out
    }

    #[test]
    fn short_values_take_one_line_and_long_ones_a_line_for_each_entry() {
        let inner = map! { "x" => 0, "w" => 12, "empty" => Vec::<i64>::new() };
        let data = map! { "grid" => inner, "list" => Vec::from([1, 2]), "more" => map! { "a" => map! { "b" => "x".repeat(80) } } };
        assert_eq!(
            print(data),
            format!(
                "{{\n  \"grid\": {{\"x\": 0, \"w\": 12, \"empty\": []}},\n  \"list\": [1, 2],\n  \"more\": {{\n    \"a\": {{\"b\": \"{}\"}}\n  }}\n}}\n",
                "x".repeat(80)
            )
        );
        let long = print(Vec::from(["a".repeat(80), "b".repeat(80)]));
        assert_eq!(long.lines().count(), 4, "{long}");
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let hostile = "\"\\\n\t\u{1}\u{7f}\u{202e}\u{feff}\u{e0001}</script>é🦀{{ $x }}";
        let printed = print(map! { hostile => hostile });
        assert!(printed.is_ascii() || !printed.contains(is_deceptive), "{printed}");
        let back: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        assert_eq!(back, serde_json::json!({ hostile: hostile }));
    }

    #[test]
    fn numbers_come_back_as_they_were() {
        for number in [0.05, 12.5, 1e-7, 1e21, 0.1 + 0.2] {
            let back: f64 = serde_json::from_str(&print(Data::Float(number))).expect("JSON");
            assert_eq!(back.to_bits(), number.to_bits());
        }
        assert_eq!(print(Data::Float(0.05)), "0.05\n");
    }
}
