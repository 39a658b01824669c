//! The format of the embedded tables: comment lines (`#`), one header line, one line per row, fields
//! separated by commas. No field contains a comma, and none is quoted.

use super::Date;

/// The rows of `text` as read by `row`, in order. Rows that do not have `N` fields or that `row` refuses are
/// left out; tests show that no embedded table has any.
pub(super) fn parse<const N: usize, T>(
    text: &'static str,
    row: fn([&'static str; N]) -> Option<T>,
) -> Vec<T> {
    data_lines(text).skip(1).filter_map(|line| fields(line).and_then(row)).collect()
}

/// The date of the facts: the comment line `# as of YYYY-MM-DD`.
pub(super) fn as_of(text: &str) -> Option<Date> {
    text.lines().find_map(|line| line.strip_prefix("# as of ")).and_then(Date::parse)
}

/// `yes` or `no`.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// A value that an empty field leaves out: `Some(None)` if empty, `None` if `read` refuses it.
#[expect(clippy::option_option, reason = "the outer None is a malformed field")]
pub(super) fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

/// An unsigned number.
pub(super) fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// The header and the rows.
pub(super) fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn fields<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let mut fields = [""; N];
    let mut parts = line.split(',');
    for field in &mut fields {
        *field = parts.next()?;
    }
    parts.next().is_none().then_some(fields)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Asserts what holds for every embedded table of `N` columns that was parsed into `rows` rows.
    pub(in super::super) fn assert_well_formed<const N: usize>(text: &'static str, rows: usize) {
        let mut lines = data_lines(text);
        let header: [&str; N] =
            lines.next().and_then(fields).unwrap_or_else(|| panic!("a header of {N} columns"));
        assert!(header.iter().all(|name| !name.is_empty()), "{header:?}");
        assert_eq!(lines.count(), rows, "every line is read");
        assert!(as_of(text).is_some(), "the table says when it was true");
        assert!(text.contains("[verified]"), "the table says where it comes from");
        assert!(!text.contains('\r') && text.ends_with('\n'));
        assert!(text.lines().all(|line| line.trim_end() == line));
    }

    #[test]
    fn a_row_with_too_few_or_too_many_fields_is_left_out() {
        let rows = parse("# c\na,b\n1,2\n1\n1,2,3\n\n3,4\n", |[a, b]: [&str; 2]| Some((a, b)));
        assert_eq!(rows, [("1", "2"), ("3", "4")]);
    }

    #[test]
    fn an_empty_field_is_absent_and_a_bad_one_is_malformed() {
        assert_eq!(optional("", number), Some(None));
        assert_eq!(optional("7", number), Some(Some(7)));
        assert_eq!(optional("x", number), None);
    }
}
