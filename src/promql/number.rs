//! Numbers and lengths of time, as Go and Prometheus read them.

/// The number that a text is, if it is one: Go's `ParseInt` with base 0, else `ParseFloat`.
///
/// A leading zero means base 8 where all digits allow it; `_` may stand between digits, and `0x` is for whole numbers only.
pub(super) fn number(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return whole(hex.strip_prefix('_').unwrap_or(hex), 16);
    }
    if let Some(octal) = lower.strip_prefix('0').filter(|rest| !rest.is_empty())
        && let Some(value) = whole(octal.strip_prefix('_').unwrap_or(octal), 8)
    {
        return Some(value);
    }
    if let Some(value) = whole(&lower, 10) {
        return Some(value);
    }
    let bytes = lower.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let is_fit = bytes.iter().enumerate().all(|(index, byte)| match byte {
        b'_' => index > 0 && is_digit(index - 1) && is_digit(index + 1),
        _ => byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'+' | b'-'),
    });
    if !is_fit || !(is_digit(0) || bytes.first() == Some(&b'.')) {
        return None;
    }
    lower.replace('_', "").parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A whole number in a base, with `_` between digits.
fn whole(digits: &str, base: u32) -> Option<f64> {
    let is_grouped = !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
    let plain: String = digits.chars().filter(|digit| *digit != '_').collect();
    if !is_grouped || plain.is_empty() || !plain.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    // What Go's 64 bits do not hold is read as a float, which knows no groups and no other base.
    match i64::from_str_radix(&plain, base) {
        #[allow(clippy::cast_precision_loss)] // As Go does.
        Ok(value) => Some(value as f64),
        Err(_) if base == 10 && plain.len() == digits.len() => plain.parse().ok(),
        Err(_) => None,
    }
}

/// Units of a length of time with their milliseconds, in the order in which they have to stand.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The milliseconds of a length of time such as `1h30m`: each unit at most once, the larger first.
pub(super) fn duration(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    let mut total = 0_u64;
    let mut next = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let count: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).len();
        let index = UNITS[next..].iter().position(|(unit, _)| *unit == &rest[..letters])? + next;
        total = total.checked_add(count.checked_mul(UNITS[index].1)?)?;
        rest = &rest[letters..];
        next = index + 1;
    }
    // Go keeps nanoseconds in 64 bits.
    (total <= i64::MAX.unsigned_abs() / 1_000_000).then_some(total)
}

/// Milliseconds as Prometheus writes them: `5m`, `1h30m`, `1500ms`.
#[must_use]
pub(super) fn written(milliseconds: u64) -> String {
    use std::fmt::Write as _;
    let mut rest = milliseconds;
    let mut out = String::new();
    for (unit, size) in UNITS {
        if unit == "w" || unit == "y" {
            continue;
        }
        if rest >= size {
            let _ = write!(out, "{}{unit}", rest / size);
            rest %= size;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (text, value) in [
            ("1_000", 1000.0),
            ("1_000.5", 1000.5),
            ("0x1F", 31.0),
            ("0X_1f", 31.0),
            ("010", 8.0),
            ("08", 8.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("99999999999999999999", 1e20),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["1__0", "_1", "1_", "0x", "0xg", "1e999", ".", "inf", "1e", "--1", ""] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_of_time_have_their_units_in_order() {
        for (text, milliseconds) in
            [("5m", 300_000), ("1h30m", 5_400_000), ("1d1ms", 86_400_001), ("1y", 31_536_000_000), ("0s", 0)]
        {
            assert_eq!(duration(text), Some(milliseconds), "{text}");
        }
        for text in ["1m1h", "30m30m", "5", "m", "1.5h", "5mm", "999999999999y", "1M"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for milliseconds in [1, 999, 1000, 90_000, 3_600_000, 86_400_000 * 400 + 7] {
            assert_eq!(duration(&written(milliseconds)), Some(milliseconds));
        }
    }
}
