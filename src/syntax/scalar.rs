//! What a plain scalar means: YAML 1.2's core schema, and where YAML 1.1 readers would take it otherwise.

use crate::diag::{Diagnostic, code};
use crate::source::Span;

/// Whether a plain scalar is null (YAML 1.2 core schema, section 10.3.2).
#[must_use]
pub fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The boolean that a plain scalar is, if it is one (YAML 1.2 core schema).
#[must_use]
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Whether a plain scalar is a whole number in decimal (YAML 1.2 core schema without `0o` and `0x`).
#[must_use]
pub fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a plain scalar is a decimal fraction such as `1.30` (YAML 1.2 core schema without exponents).
#[must_use]
pub fn is_fraction(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.split_once('.').is_some_and(|(whole, part)| {
        !whole.is_empty()
            && !part.is_empty()
            && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a plain scalar is a fraction whose last digit a reader that takes it as a number loses: `1.30`.
#[must_use]
pub fn loses_a_digit(text: &str) -> bool {
    is_fraction(text) && text.ends_with('0')
}

/// How a YAML 1.1 reader (Go's yaml.v2, `PyYAML`, Ruby) takes a plain scalar that YAML 1.2 reads as text or as
/// another number, or `None` when both agree. The types are those of yaml.org/type, state of YAML 1.1.
#[must_use]
pub fn reading_of_yaml_1_1(text: &str) -> Option<Reading1_1> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some(Reading1_1::Boolean(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some(Reading1_1::Boolean(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let all = |set: fn(u8) -> bool| unsigned.bytes().all(set);
    if unsigned.len() > 1 && unsigned.starts_with('0') && all(|byte| matches!(byte, b'0'..=b'7' | b'_')) {
        return Some(Reading1_1::Octal);
    }
    if unsigned.starts_with("0b") && unsigned[2..].bytes().all(|byte| matches!(byte, b'0' | b'1' | b'_')) {
        return Some(Reading1_1::Binary);
    }
    if unsigned.contains('_') && all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.')) {
        return Some(Reading1_1::Grouped);
    }
    if unsigned.contains(':') && is_sexagesimal(unsigned) {
        return Some(Reading1_1::Sexagesimal);
    }
    is_date(unsigned).then_some(Reading1_1::Date)
}

/// What a YAML 1.1 reader makes of a plain scalar that YAML 1.2 reads otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading1_1 {
    /// `yes`, `on`, `n` ...: a boolean.
    Boolean(bool),
    /// `0777`: a number in base 8.
    Octal,
    /// `0b11`: a number in base 2.
    Binary,
    /// `1_000`: a number with digit groups.
    Grouped,
    /// `12:30`: a number in base 60.
    Sexagesimal,
    /// `2026-01-31`: a date.
    Date,
    /// `1.30` where text is meant: a number, which YAML 1.2 readers make of it as well.
    Shortened,
}

impl Reading1_1 {
    /// The reading in words.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Boolean(true) => "the boolean true",
            Self::Boolean(false) => "the boolean false",
            Self::Octal => "a number in base 8",
            Self::Binary => "a number in base 2",
            Self::Grouped => "a number without the underscores",
            Self::Sexagesimal => "a number in base 60",
            Self::Date => "a date",
            Self::Shortened => "a number that loses its last digit",
        }
    }
}

fn is_sexagesimal(text: &str) -> bool {
    let (whole, rest) = text.split_once(':').unwrap_or((text, ""));
    let parts = rest.split('.').next().unwrap_or("").split(':');
    whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
        && parts.clone().count() > 0
        && parts
            .into_iter()
            .all(|part| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|value| value < 60))
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, lengths: std::ops::RangeInclusive<usize>| {
        part.is_some_and(|part| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    digits(parts.next(), 4..=4) && digits(parts.next(), 1..=2) && digits(parts.next(), 1..=2)
}

/// A scalar that YAML 1.1 readers take otherwise than YAML 1.2 does.
#[must_use]
pub fn ambiguous(span: Span, value: &str, reading: Reading1_1) -> Diagnostic {
    Diagnostic::new(
        &code::AMBIGUOUS_SCALAR,
        span,
        format!("`{value}` is text here, and {} for other readers of YAML", reading.describe()),
    )
    .help("put it in quotes, so that every reader takes it alike")
    .edit(span, format!("\"{value}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_yaml_1_1_reads_otherwise_are_known() {
        for (text, reading) in [
            ("on", Reading1_1::Boolean(true)),
            ("no", Reading1_1::Boolean(false)),
            ("0777", Reading1_1::Octal),
            ("0b11", Reading1_1::Binary),
            ("1_000", Reading1_1::Grouped),
            ("12:30", Reading1_1::Sexagesimal),
            ("190:20:30", Reading1_1::Sexagesimal),
            ("2026-01-31", Reading1_1::Date),
        ] {
            assert_eq!(reading_of_yaml_1_1(text), Some(reading), "{text}");
        }
    }

    #[test]
    fn spellings_that_both_versions_read_alike_are_left_alone() {
        for text in ["true", "8080", "1.35", "api:8080", "10.0.0.0/16", "250m", "none", "00:99", "-", "1.2.3"]
        {
            assert_eq!(reading_of_yaml_1_1(text), None, "{text}");
        }
    }
}
