//! Text of others, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::format::text::is_deceptive;

/// Text for a message: characters that control a terminal, break a line or deceive are shown as escapes.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let harmful = |letter: char| letter.is_control() || is_deceptive(letter);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if harmful(letter) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Text for an excerpt: what a terminal must not get becomes a placeholder of as many bytes, so that every span
/// points where it pointed before. Line ends and tabs stay.
#[must_use]
pub fn clean_source(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_plain = |byte: &u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    if bytes.iter().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' | '\t' => out.push(letter),
            '\r' if letters.peek() == Some(&'\n') => out.push(letter),
            _ if letter.is_control() || is_deceptive(letter) => out.push_str(match letter.len_utf8() {
                1 => "?",
                2 => "\u{bf}",
                3 => "\u{fffd}",
                _ => "\u{fffd}?",
            }),
            _ => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// JSON text whose strings name such characters by their number: valid, equal in meaning, harmless on a terminal.
#[must_use]
pub fn clean_json(json: String) -> String {
    // Line breaks and tabs between the values are the writer's own; those in strings are escaped by it already.
    let harmful =
        |letter: char| (letter.is_control() && !matches!(letter, '\n' | '\t')) || is_deceptive(letter);
    if !json.contains(harmful) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    let mut units = [0; 2];
    for letter in json.chars() {
        if harmful(letter) {
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str =
        "a\u{1b}[31mb\u{7}c\u{9b}d\u{202e}e\u{e0001}f\u{a0}g\rh\r\ni\tj\u{0}k\u{7f}l\u{feff}m日本🚀é";

    #[test]
    fn nothing_that_controls_a_terminal_is_left() {
        for text in [clean(HOSTILE), clean_source(HOSTILE)] {
            let bad = |letter: &char| {
                (letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')) || is_deceptive(*letter)
            };
            assert_eq!(text.chars().find(bad), None, "{text}");
            assert!(text.contains("日本🚀é"));
        }
    }

    #[test]
    fn an_excerpt_keeps_every_offset() {
        let shown = clean_source(HOSTILE);
        assert_eq!(shown.len(), HOSTILE.len());
        for (offset, letter) in HOSTILE.char_indices().filter(|(_, letter)| letter.is_ascii_alphabetic()) {
            assert_eq!(shown[offset..].chars().next(), Some(letter));
        }
    }

    #[test]
    fn json_stays_equal_in_meaning() {
        let value = serde_json::json!({ "text": HOSTILE });
        let json = clean_json(serde_json::to_string_pretty(&value).unwrap());
        assert!(!json.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7f}', '\u{e0001}']));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }
}
