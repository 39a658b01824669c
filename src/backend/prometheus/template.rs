//! Fills in our own templates of labels and annotations, as Prometheus does.
//!
//! Only what our templates use is known (see [`super::expr`]); what else stands in an action is printed as it is, and
//! promtool, which compares the result with Prometheus' own, refuses the test.

use std::fmt::Write as _;

/// A template, filled in with the value of an expression and its labels.
pub(super) fn filled<'t, 'l>(
    template: &'t str,
    value: f64,
    label: impl Fn(&str) -> Option<&'l str>,
) -> std::borrow::Cow<'t, str> {
    if !template.contains("{{") {
        return template.into();
    }
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, action, after)) = rest.split_once("{{").and_then(|(before, rest)| {
        let (action, after) = rest.split_once("}}")?;
        Some((before, action.trim(), after))
    }) {
        out.push_str(before);
        rest = after;
        if let Some(text) = action.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            out.push_str(text);
        } else if let Some(name) = action.strip_prefix("$labels.") {
            out.push_str(label(name).unwrap_or_default());
        } else {
            match action.strip_prefix("$value | ") {
                Some("humanizePercentage") => out.push_str(&percentage(value)),
                Some("humanizeDuration") => out.push_str(&duration(value)),
                Some("printf \"%.0f\"") => {
                    // Writing into a string cannot fail.
                    let _ = write!(out, "{value:.0}");
                }
                _ => out.push_str(action),
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// Prometheus' `humanizePercentage`.
fn percentage(value: f64) -> String {
    general(value * 100.0) + "%"
}

/// Prometheus' `humanizeDuration` of seconds.
fn duration(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return general(value) + "s";
    }
    if value.abs() < 1.0 {
        let mut scaled = value;
        let mut prefix = "";
        for next in ["m", "u", "n", "p", "f", "a", "z", "y"] {
            if scaled.abs() >= 1.0 {
                break;
            }
            prefix = next;
            scaled *= 1000.0;
        }
        return format!("{}{prefix}s", general(scaled));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let all = value.abs();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole seconds, as Prometheus takes them"
    )]
    let whole = all as u64;
    let (days, hours, minutes, seconds) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    match (days, hours, minutes) {
        (1.., ..) => format!("{sign}{days}d {hours}h {minutes}m {seconds}s"),
        (0, 1.., _) => format!("{sign}{hours}h {minutes}m {seconds}s"),
        (0, 0, 1..) => format!("{sign}{minutes}m {seconds}s"),
        (0, 0, 0) => format!("{sign}{}s", general(all)),
    }
}

/// Go's `%.4g`: four significant digits, without zeros at the end.
fn general(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value.is_finite() { "0".to_owned() } else { value.to_string() };
    }
    let scientific = format!("{value:.3e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |digits: &str| {
        if digits.contains('.') {
            digits.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            digits.to_owned()
        }
    };
    if (-4..4).contains(&exponent) {
        let places = usize::try_from(3 - exponent).unwrap_or_default();
        trimmed(&format!("{value:.places$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What Prometheus gives for the same values; promtool holds every generated test against it, too.
    #[test]
    fn values_are_printed_as_prometheus_prints_them() {
        for (value, printed) in [
            (0.051, "5.1%"),
            (1.0 / 3.0, "33.33%"),
            (1.0, "100%"),
            (0.0, "0%"),
            (0.000_01, "0.001%"),
            (123.456, "1.235e+04%"),
            (0.1 + 0.2, "30%"),
        ] {
            assert_eq!(percentage(value), printed);
        }
        for (value, printed) in [
            (0.0, "0s"),
            (1.5, "1.5s"),
            (0.25, "250ms"),
            (61.0, "1m 1s"),
            (7325.0, "2h 2m 5s"),
            (90_061.0, "1d 1h 1m 1s"),
            (-61.0, "-1m 1s"),
            (0.000_012, "12us"),
        ] {
            assert_eq!(duration(value), printed);
        }
    }

    #[test]
    fn templates_are_filled_in_and_free_text_stays_text() {
        let labels = |name: &str| (name == "pod").then_some("a-1");
        let fill = |template| filled(template, 2.5, labels).into_owned();
        assert_eq!(fill("plain {text}"), "plain {text}");
        assert_eq!(
            fill("{{ $labels.pod }}: {{ $value | printf \"%.0f\" }} of {{ $labels.x }}"),
            "a-1: 2 of "
        );
        assert_eq!(fill("{{ $value | humanizePercentage }} {{\"{{\"}} .X }} b"), "250% {{ .X }} b");
    }
}
