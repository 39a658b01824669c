//! Pieces of `PromQL` and of the templates of annotations.
//!
//! Expressions are written with `format!` around these pieces, so that they read in the source as they read in
//! the output, and everything that comes from the plan passes through one place that escapes it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use super::metrics::{KUBE_NAMESPACE_CREATED, Metric};
use crate::units::Duration;

/// A label with its operator, such as `namespace=` or `reason=~`, and the text to compare with.
pub(in crate::backend) type Condition<'a> = (&'static str, &'a str);

/// A metric with conditions on its labels.
#[derive(Clone, Copy)]
pub(in crate::backend) struct Selector<'a, const N: usize>(
    pub(in crate::backend) Metric,
    pub(in crate::backend) [Condition<'a>; N],
);

impl<const N: usize> fmt::Display for Selector<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Where(self.0, &self.1, &[]).fmt(f)
    }
}

/// The same with conditions from two places: those that a form is given, and its own.
#[derive(Clone, Copy)]
pub(in crate::backend) struct Where<'a>(
    pub(in crate::backend) Metric,
    pub(in crate::backend) &'a [Condition<'a>],
    pub(in crate::backend) &'a [Condition<'a>],
);

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)?;
        f.write_char('{')?;
        for (index, (label, text)) in self.1.iter().chain(self.2).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(label)?;
            quoted(text, f)?;
        }
        f.write_char('}')
    }
}

/// Writes a text as a string of `PromQL`, whose escapes are those of Go.
pub(super) fn quoted(text: &str, f: &mut impl fmt::Write) -> fmt::Result {
    f.write_char('"')?;
    if text.bytes().all(|byte| !matches!(byte, b'"' | b'\\' | 0x7f) && byte >= b' ' && byte.is_ascii()) {
        f.write_str(text)?;
        return f.write_char('"');
    }
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            _ if character.is_control() => write!(f, "\\u{:04x}", u32::from(character))?,
            _ => f.write_char(character)?,
        }
    }
    f.write_char('"')
}

/// A length of time as a range or an offset: the largest unit that needs no second one.
#[derive(Clone, Copy)]
pub(super) struct Range(pub(super) Duration);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.0;
        match seconds {
            _ if seconds > 0 && seconds.is_multiple_of(3600) => write!(f, "{}h", seconds / 3600),
            _ if seconds > 0 && seconds.is_multiple_of(60) => write!(f, "{}m", seconds / 60),
            _ => write!(f, "{seconds}s"),
        }
    }
}

/// The absence twin of a selector of kube-state-metrics.
///
/// Without the second half, one kube-state-metrics that is down would say of every object that it is gone.
/// `NamespaceMetricsAbsent` reports that case, once.
pub(super) struct Gone<'a, const N: usize>(pub(super) Selector<'a, N>, pub(super) &'a str);

impl<const N: usize> fmt::Display for Gone<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = Selector(KUBE_NAMESPACE_CREATED, [("namespace=", self.1)]);
        write!(f, "(absent({}) and on () {namespace})", self.0)
    }
}

/// The value as a percentage, in an annotation.
pub(super) const PERCENT: &str = "{{ $value | humanizePercentage }}";
/// The value in seconds as a length of time, in an annotation.
pub(super) const SPAN: &str = "{{ $value | humanizeDuration }}";
/// The value as a count, in an annotation.
pub(super) const COUNT: &str = "{{ $value | printf \"%.0f\" }}";

/// Free text as a template that prints this very text: Prometheus takes `{{` for the start of an action, in
/// annotations and in labels.
pub(super) fn literal(text: &str) -> Cow<'_, str> {
    if text.contains("{{") { Cow::Owned(text.replace("{{", "{{\"{{\"}}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::prometheus::metrics::UP;

    #[test]
    fn text_of_the_plan_stays_inside_its_string() {
        let selector = Selector(UP, [("job=", "a\"b\\c\nd\u{1}"), ("namespace=~", "x|y")]);
        assert_eq!(selector.to_string(), r#"up{job="a\"b\\c\nd\u0001", namespace=~"x|y"}"#);
    }

    #[test]
    fn ranges_have_one_unit() {
        for (seconds, printed) in [(300, "5m"), (90, "90s"), (3600, "1h"), (0, "0s"), (86_400, "24h")] {
            assert_eq!(Range(Duration(seconds)).to_string(), printed);
        }
    }

    #[test]
    fn templates_print_free_text_as_it_is() {
        assert_eq!(literal("a {{ .X }} b"), "a {{\"{{\"}} .X }} b");
        assert_eq!(literal("{{{{"), "{{\"{{\"}}{{\"{{\"}}");
        assert!(matches!(literal("plain {text}"), Cow::Borrowed(_)));
    }
}
