//! Reads values of any shape.

use indexmap::IndexMap;

use super::decode::{Context, Decode, Problem, Scalar as _, Shape};
use super::scalars::Text;
use super::value::Value;
use crate::diag::{Diagnostic, code};
use crate::freeform::{self, Freeform, LARGEST_INT};
use crate::source::At;
use crate::syntax::{Kind, Style, scalar};

impl Decode for Freeform {
    fn shape() -> Shape {
        Shape::Freeform
    }

    /// Reads a mapping of any fields. A null of an upper layer stays a null, whatever stands below it: it says that the
    /// field shall be removed, and a lower layer cannot know from what.
    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        if value.entries(context.document).is_none() {
            context.wrong_type(value, "a mapping");
            return None;
        }
        any(value, context)
    }
}

fn any(value: &Value, context: &mut Context<'_>) -> Option<Freeform> {
    let at = value.at();
    let read = if let Some(entries) = value.entries(context.document) {
        let mut map = IndexMap::with_capacity(entries.len());
        for (key_at, value) in entries {
            let key = context.document.key(key_at).to_owned();
            if let Err(problem) = Text::read(&key) {
                let mut finding =
                    Diagnostic::new(&code::NAME_FORM, context.document.key_span(key_at), problem.message);
                finding.help = problem.help;
                context.sink.push(finding);
            } else if let Some(value) = any(&value, context) {
                map.insert(key, value);
            }
        }
        freeform::Value::Map(map)
    } else if value.is_null(context.document) {
        freeform::Value::Null
    } else {
        match context.document.node(at).kind.clone() {
            Kind::List(items) => freeform::Value::List(
                items.into_iter().filter_map(|item| any(&Value::Node(item), context)).collect(),
            ),
            Kind::Scalar(text, style) => read_scalar(at, text, style, context)?,
            Kind::Map(_) => return None,
        }
    };
    Some(Freeform { at, value: read })
}

/// A scalar by YAML 1.2's core schema (section 10.3.2); refuses what readers of JSON cannot hold.
fn read_scalar(at: At, text: String, style: Style, context: &mut Context<'_>) -> Option<freeform::Value> {
    if style == Style::Plain {
        if let Some(reading) = scalar::reading_of_yaml_1_1(&text) {
            let span = context.document.span(at);
            context.sink.push(scalar::ambiguous(span, &text, reading));
        }
        if let Some(flag) = scalar::boolean(&text) {
            return Some(freeform::Value::Bool(flag));
        }
        match number(&text) {
            Some(Ok(number)) => return Some(number),
            Some(Err(problem)) => {
                let problem =
                    problem.help("put it in quotes if the text is meant").replacement(format!("\"{text}\""));
                context.invalid(at, problem);
                return None;
            }
            None => {}
        }
    }
    match Text::read(&text) {
        Ok(_) => Some(freeform::Value::Text(text)),
        Err(problem) => {
            context.invalid(at, problem);
            None
        }
    }
}

/// The number that a plain scalar is, if it is one, or why it cannot be passed on.
fn number(text: &str) -> Option<Result<freeform::Value, Problem>> {
    let whole = if let Some(digits) = text.strip_prefix("0x").filter(|digits| is_all(digits, 16)) {
        Some(i64::from_str_radix(digits, 16))
    } else if let Some(digits) = text.strip_prefix("0o").filter(|digits| is_all(digits, 8)) {
        Some(i64::from_str_radix(digits, 8))
    } else {
        scalar::is_integer(text).then(|| text.parse())
    };
    if let Some(whole) = whole {
        return Some(match whole {
            Ok(whole) if (-LARGEST_INT..=LARGEST_INT).contains(&whole) => Ok(freeform::Value::Int(whole)),
            _ => Err(Problem::new(format!(
                "`{}` is too large a number: readers of JSON keep numbers up to {LARGEST_INT} exactly",
                shown(text)
            ))),
        });
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(Problem::new(format!("`{text}` is a number that JSON does not have"))));
    }
    if !is_float(unsigned) {
        return None;
    }
    Some(match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(freeform::Value::Float(number)),
        _ => Err(Problem::new(format!("`{}` is too large a number", shown(text)))),
    })
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn is_all(digits: &str, radix: u32) -> bool {
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(end) => (&unsigned[..end], Some(&unsigned[end + 1..])),
        None => (unsigned, None),
    };
    let exponent = exponent.map(|digits| digits.strip_prefix(['-', '+']).unwrap_or(digits));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(part)
        && whole.len() + part.len() > 0
        && exponent.is_none_or(|digits| is_all(digits, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::source::Source;

    fn read(text: &str) -> (Option<serde_json::Value>, Vec<String>) {
        let source = Source::new("spec", text);
        let mut sink = Sink::new();
        let document = crate::syntax::parse(&source, &mut sink).expect("YAML");
        let mut context = Context {
            source: &source,
            document: &document,
            sink: &mut sink,
            complete: true,
            subject: String::new(),
            environment: None,
        };
        let value = Freeform::decode(&Value::Node(At::ROOT), &mut context);
        let found = sink.into_sorted().into_iter().map(|finding| finding.message).collect();
        (value.map(|value| serde_json::to_value(value).expect("JSON")), found)
    }

    #[test]
    fn scalars_mean_what_yaml_1_2_says() {
        let text = "{a: 1, b: -7, c: 0x1F, d: 0o17, e: 1.5, f: .5, g: 1e3, h: true, i: False, j: ~, k: null, \
                    l: '1', m: \"true\", nn: text, o: 1.2.3, p: [1, {q: x}], r: {}, s: [], t: 1., u: '', v: +3, w: -1.5e-3}";
        let (value, found) = read(text);
        assert_eq!(found, [] as [String; 0]);
        assert_eq!(
            value,
            Some(serde_json::json!({
                "a": 1, "b": -7, "c": 31, "d": 15, "e": 1.5, "f": 0.5, "g": 1000.0, "h": true, "i": false, "j": null,
                "k": null, "l": "1", "m": "true", "nn": "text", "o": "1.2.3", "p": [1, {"q": "x"}], "r": {}, "s": [],
                "t": 1.0, "u": "", "v": 3, "w": -0.0015
            }))
        );
    }

    #[test]
    fn numbers_that_readers_would_change_are_refused() {
        for bad in [
            "9007199254740992",
            "-9007199254740992",
            "0xFFFFFFFFFFFFFFFFFF",
            "1e999",
            ".inf",
            "-.INF",
            ".nan",
        ] {
            let (value, found) = read(&format!("a: {bad}\n"));
            assert_eq!(value, Some(serde_json::json!({})), "{bad}");
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
        }
        for good in ["9007199254740991", "'9007199254740992'", ".info", "e3", "."] {
            assert_eq!(read(&format!("a: {good}\n")).1, [] as [String; 0], "{good}");
        }
    }

    #[test]
    fn spellings_that_other_readers_take_otherwise_are_warned_of() {
        for text in ["yes", "0777", "1_000", "12:30"] {
            let (_, found) = read(&format!("a: {text}\n"));
            assert_eq!(found.len(), 1, "{text}");
        }
    }
}
