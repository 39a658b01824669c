//! Texts, names and references as HCL spells them.

use std::fmt::Write as _;

use crate::format::text::is_deceptive;

/// Appends `text` as the inside of a quoted string: what a template puts between quotes.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text.char_indices().peekable();
    let mut plain_from = 0;
    while let Some((at, character)) = rest.next() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '$' | '%' => {
                // Only the sign right before the brace is doubled: `$${` would else lose one.
                if rest.peek().is_some_and(|(_, next)| *next == '{') {
                    out.push_str(&text[plain_from..=at]);
                    plain_from = at;
                }
                continue;
            }
            ' '..='~' => continue,
            other if !other.is_control() && !is_deceptive(other) => continue,
            _ => "",
        };
        out.push_str(&text[plain_from..at]);
        plain_from = at + character.len_utf8();
        if escape.is_empty() {
            unicode_escape(character, out);
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[plain_from..]);
}

pub(super) fn unicode_escape(character: char, out: &mut String) {
    let code = u32::from(character);
    // Writing into a string cannot fail.
    let _ = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
}

/// Appends `text` in quotes, only of ASCII on demand.
pub(super) fn quoted(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    if ascii && !text.is_ascii() {
        for piece in text.split_inclusive(|character: char| !character.is_ascii()) {
            let wide = piece.chars().next_back().filter(|last| !last.is_ascii());
            escape(&piece[..piece.len() - wide.map_or(0, char::len_utf8)], out);
            if let Some(wide) = wide {
                unicode_escape(wide, out);
            }
        }
    } else {
        escape(text, out);
    }
    out.push('"');
}

/// Whether `text` is an identifier of HCL (of ASCII).
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Whether `text` is what [`Expr::Raw`] is for.
pub(super) fn is_reference(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.split_once('.').is_some_and(|(whole, part)| is_number(whole) && is_number(part)) {
        return true;
    }
    let is_name_end = |character: char| matches!(character, '.' | '[');
    let name_end = text.find(is_name_end).unwrap_or(text.len());
    let (root, mut rest) = text.split_at(name_end);
    if !is_identifier(root) {
        return false;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let (name, more) = after.split_at(after.find(is_name_end).unwrap_or(after.len()));
            if name != "*" && !is_identifier(name) {
                return false;
            }
            rest = more;
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let Some(end) = closing_quote(after) else { return false };
            let Some(more) = after[end..].strip_prefix("\"]") else { return false };
            rest = more;
        } else if let Some((index, more)) = rest.strip_prefix('[').and_then(|after| split_at_closing(after)) {
            if index != "*" && !is_number(index) && !is_reference(index) {
                return false;
            }
            rest = more;
        } else {
            return false;
        }
    }
    true
}

/// Where the string that was opened before `text` ends, if it contains no template.
fn closing_quote(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at),
            b'\\' => {
                bytes.next();
            }
            b'$' | b'%' => {
                let doubled = at > 0 && text.as_bytes()[at - 1] == byte;
                if text[at + 1..].starts_with('{') && !doubled {
                    return None;
                }
            }
            0..0x20 => return None,
            _ => {}
        }
    }
    None
}

/// Splits at the bracket that closes the one before `text`.
fn split_at_closing(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => open += 1,
            b']' if open == 0 => return Some((&text[..at], &text[at + 1..])),
            b']' => open -= 1,
            _ => {}
        }
    }
    None
}
