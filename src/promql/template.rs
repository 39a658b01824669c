//! Templates of annotations and labels: Go's `text/template` with the functions that Prometheus adds.
//!
//! Read as Prometheus reads them when it loads a rule (`rulefmt`): delimiters, functions, variables and blocks. Nothing is
//! evaluated, so the types of arguments are not judged.

use super::Problem;
use super::lexer::span;
use crate::catalog;
use crate::source::Span;

/// A template that Prometheus takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Labels of the series that it names, and where: `$labels.job`.
    pub labels: Vec<(String, Span)>,
    /// Where the measured value is printed as it is: `{{ $value }}`.
    pub bare_values: Vec<Span>,
    /// Where the measured value is used at all.
    pub values: Vec<Span>,
}

/// Functions that Prometheus adds (`template/template.go`, 3.x), and those of Go itself.
const FUNCTIONS: [&str; 44] = [
    "and",
    "args",
    "call",
    "eq",
    "externalURL",
    "first",
    "ge",
    "graphLink",
    "gt",
    "html",
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "index",
    "js",
    "label",
    "le",
    "len",
    "lt",
    "match",
    "ne",
    "not",
    "now",
    "or",
    "parseDuration",
    "pathPrefix",
    "print",
    "printf",
    "println",
    "query",
    "reReplaceAll",
    "safeHtml",
    "slice",
    "sortByLabel",
    "stripDomain",
    "stripPort",
    "strvalue",
    "tableLink",
    "title",
    "toLower",
    "toUpper",
    "urlquery",
];
/// The rest of them: what later versions of Prometheus 2 added.
const MORE_FUNCTIONS: [&str; 3] = ["toDuration", "toTime", "value"];
/// Variables that every template has.
const VARIABLES: [&str; 5] = ["$", "$externalLabels", "$externalURL", "$labels", "$value"];

/// Reads a template; stops at the first thing that is wrong.
pub fn parse(text: &str) -> Result<Template, Problem> {
    let mut template = Template::default();
    let mut blocks: Vec<(Span, bool)> = Vec::new();
    let mut declared: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        let (action, end) = action(text, start)?;
        at = end;
        if !action.is_empty() {
            judge(&action, span(start, end), &mut blocks, &mut declared, &mut template)?;
        }
    }
    match blocks.last() {
        Some((opened, _)) => Err(Problem::new(*opened, "a block without its `{{ end }}`")),
        None => Ok(template),
    }
}

/// A word of an action.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// A function or a keyword.
    Name(String),
    /// `$x`.
    Variable(String),
    /// `.x`, or `.` alone; `true` if it belongs to what stands before it.
    Field(String, bool),
    /// A string, a number or a character.
    Constant,
    /// `|`, `(`, `)`, `,`, `=`, `:=`.
    Sign(&'static str),
}

/// The words of the action that begins at a place, and where it ends. A comment has none.
fn action(text: &str, start: usize) -> Result<(Vec<(Word, Span)>, usize), Problem> {
    let opened = span(start, start + 2);
    let unclosed = || {
        Problem::new(opened, "`{{` without its `}}`").help("text with two braces is written `{{ \"{{\" }}`")
    };
    let mut at = start + 2;
    if text[at..].starts_with("- ") || text[at..].starts_with("-\n") {
        at += 2;
    }
    if text[at..].starts_with("/*") {
        let end = text[at..].find("*/").map(|end| at + end + 2).ok_or_else(unclosed)?;
        let rest = text[end..].strip_prefix(" -").unwrap_or(&text[end..]);
        return match rest.strip_prefix("}}") {
            Some(rest) => Ok((Vec::new(), text.len() - rest.len())),
            None => Err(Problem::new(opened, "a comment with something behind it")),
        };
    }
    let mut words = Vec::new();
    loop {
        let rest = &text[at..];
        let letter = rest.chars().next().ok_or_else(unclosed)?;
        let end = rest.strip_prefix("}}").or_else(|| {
            let is_apart = text[..at].ends_with([' ', '\t', '\n', '\r']);
            rest.strip_prefix("-}}").filter(|_| is_apart)
        });
        if let Some(rest) = end {
            let end = text.len() - rest.len();
            if words.is_empty() {
                return Err(Problem::new(span(start, end), "an action with nothing in it"));
            }
            return Ok((words, end));
        }
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let is_attached = !text[..at].ends_with(|before: char| {
            before.is_whitespace() || matches!(before, '{' | '(' | '|' | ',' | '=')
        });
        let (word, length) = word(rest, is_attached).ok_or_else(|| {
            Problem::new(span(at, at + letter.len_utf8()), format!("`{letter}` means nothing in a template"))
        })?;
        if length == 0 {
            return Err(Problem::new(span(at, at + 1), "a text in a template that does not end"));
        }
        words.push((word, span(at, at + length)));
        at += length;
    }
}

/// The word at the beginning of a text, and its length; a length of zero where its quote is never closed.
fn word(rest: &str, is_attached: bool) -> Option<(Word, usize)> {
    let name =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c == '_' || c.is_alphanumeric()).len();
    let first = rest.chars().next()?;
    Some(match first {
        '"' | '\'' | '`' => (Word::Constant, quoted(rest, first)),
        '|' => (Word::Sign("|"), 1),
        '(' => (Word::Sign("("), 1),
        ')' => (Word::Sign(")"), 1),
        ',' => (Word::Sign(","), 1),
        '=' => (Word::Sign("="), 1),
        ':' if rest.starts_with(":=") => (Word::Sign(":="), 2),
        '$' => {
            let length = 1 + name(&rest[1..]);
            (Word::Variable(rest[..length].to_owned()), length)
        }
        '.' if !rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            let length = 1 + name(&rest[1..]);
            (Word::Field(rest[1..length].to_owned(), is_attached), length)
        }
        '0'..='9' | '.' | '-' | '+' => {
            let length = 1 + rest[1..].len()
                - rest[1..]
                    .trim_start_matches(|c: char| c == '_' || c == '.' || c.is_ascii_alphanumeric())
                    .len();
            if length == 1 && !first.is_ascii_digit() {
                return None;
            }
            (Word::Constant, length)
        }
        _ if first == '_' || first.is_alphabetic() => {
            let length = name(rest);
            (Word::Name(rest[..length].to_owned()), length)
        }
        _ => return None,
    })
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut letters = rest.char_indices().skip(1);
    while let Some((offset, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return offset + 1,
            '\\' if quote != '`' => {
                letters.next();
            }
            '\n' if quote != '`' => return 0,
            _ => {}
        }
    }
    0
}

/// Judges one action.
fn judge(
    words: &[(Word, Span)],
    whole: Span,
    blocks: &mut Vec<(Span, bool)>,
    declared: &mut Vec<String>,
    template: &mut Template,
) -> Result<(), Problem> {
    let mut rest = words;
    if let Some((Word::Name(keyword), place)) = words.first() {
        let is_keyword = match keyword.as_str() {
            "if" | "range" | "with" | "block" | "define" => {
                blocks.push((whole, matches!(keyword.as_str(), "range")));
                true
            }
            "end" => {
                if blocks.pop().is_none() {
                    return Err(Problem::new(whole, "an `{{ end }}` that ends nothing"));
                }
                true
            }
            "else" => {
                if blocks.is_empty() {
                    return Err(Problem::new(whole, "an `{{ else }}` outside of a block"));
                }
                if matches!(words.get(1), Some((Word::Name(next), _)) if next == "if" || next == "with") {
                    rest = &rest[1..];
                }
                true
            }
            "break" | "continue" => {
                if !blocks.iter().any(|(_, is_loop)| *is_loop) {
                    return Err(Problem::new(*place, format!("`{keyword}` outside of a `range`")));
                }
                true
            }
            "template" => true,
            _ => false,
        };
        if is_keyword {
            rest = &rest[1..];
            let needs_value =
                matches!(keyword.as_str(), "if" | "range" | "with" | "block" | "define" | "template");
            if needs_value && rest.is_empty() {
                return Err(Problem::new(whole, format!("`{keyword}` of nothing")));
            }
        }
    }
    parentheses(rest)?;
    for (index, (word, place)) in rest.iter().enumerate() {
        match word {
            Word::Name(name) if matches!(name.as_str(), "true" | "false" | "nil") => {}
            Word::Name(name) => function(name, *place)?,
            Word::Variable(name) => {
                let is_declared = matches!(rest.get(index + 1), Some((Word::Sign(":=" | ","), _)));
                if is_declared {
                    declared.push(name.clone());
                } else if !VARIABLES.contains(&name.as_str()) && !declared.contains(name) {
                    return Err(variable(name, *place));
                }
                note(rest, index, template);
            }
            Word::Field(..) => note(rest, index, template),
            Word::Sign("|") if index == 0 || index + 1 == rest.len() => {
                return Err(Problem::new(*place, "a `|` with nothing on one side"));
            }
            Word::Constant | Word::Sign(_) => {}
        }
    }
    if let [(Word::Variable(name), place)] = words
        && name == "$value"
    {
        template.bare_values.push(*place);
    }
    if let [(Word::Field(name, false), place)] = words
        && name == "Value"
    {
        template.bare_values.push(*place);
    }
    Ok(())
}

/// Notes what an action takes from the alert.
fn note(words: &[(Word, Span)], index: usize, template: &mut Template) {
    let (word, place) = &words[index];
    let field = |ahead: usize| match words.get(index + ahead) {
        Some((Word::Field(name, true), place)) if !name.is_empty() => Some((name.clone(), *place)),
        _ => None,
    };
    let of_labels = match word {
        Word::Variable(name) if name == "$labels" => field(1),
        Word::Field(name, false) if name == "Labels" => field(1),
        _ => None,
    };
    if let Some((label, end)) = of_labels {
        template.labels.push((label, Span::new(place.start, end.end)));
    }
    if matches!(word, Word::Variable(name) if name == "$value")
        || matches!(word, Word::Field(name, false) if name == "Value")
    {
        template.values.push(*place);
    }
}

fn parentheses(words: &[(Word, Span)]) -> Result<(), Problem> {
    let mut open = Vec::new();
    for (word, place) in words {
        match word {
            Word::Sign("(") => open.push(*place),
            Word::Sign(")") if open.pop().is_none() => {
                return Err(Problem::new(*place, "a `)` that closes nothing"));
            }
            _ => {}
        }
    }
    open.pop().map_or(Ok(()), |place| Err(Problem::new(place, "this is never closed: `)` is missing")))
}

fn function(name: &str, place: Span) -> Result<(), Problem> {
    let known = || FUNCTIONS.iter().chain(&MORE_FUNCTIONS).copied();
    if known().any(|other| other == name) {
        return Ok(());
    }
    let problem = Problem::new(place, format!("Prometheus has no function `{name}` in templates"));
    if matches!(name, "labels" | "value" | "externalLabels") {
        return Err(problem.help(format!("write `${name}`")).replacement(format!("${name}")));
    }
    Err(match catalog::nearest(name, known(), 1).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")).replacement(*near),
        None => problem,
    })
}

fn variable(name: &str, place: Span) -> Problem {
    let problem = Problem::new(place, format!("a template of Prometheus has no variable `{name}`"));
    match catalog::nearest(name, VARIABLES, 1).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")).replacement(*near),
        None => problem.help("it has `$labels`, `$value`, `$externalLabels` and `$externalURL`"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn templates_that_prometheus_takes_are_taken() {
        for text in [
            "",
            "plain } } text {",
            "{{ $value | humanizePercentage }}",
            "{{$labels.job}}",
            "{{- $value | printf \"%.2f\" -}}",
            "{{ printf \"%.1f\" $value }}",
            "{{/* a comment */}}",
            "{{ if gt $value 1.0 }}a{{ else if eq .Value 2.0 }}b{{ else }}c{{ end }}",
            "{{ range query \"up == 0\" }}{{ .Labels.job }}{{ end }}",
            "{{ with $x := first (query \"up\") }}{{ $x | value }}{{ end }}",
            "{{ range $i, $e := query `up` }}{{ $i }}{{ $e.Value }}{{ break }}{{ end }}",
            "{{ \"{{\" }}",
            "{{ index $labels \"a.b\" }}",
            "{{ .Labels.job }}",
            "{{ reReplaceAll \"(.*):\\\\d+\" \"$1\" $labels.instance }}",
            "{{ $externalLabels.cluster }}",
            "{{ -1 }}",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, place, words) in [
            ("a {{ $value", "{{", "without its"),
            ("{{ $value | humanizePercent }}", "humanizePercent", "no function"),
            ("{{ $labels.job | upper }}", "upper", "no function"),
            ("{{ labels.job }}", "labels", "no function"),
            ("{{ $vlaue }}", "$vlaue", "no variable"),
            ("{{ if $value }}", "{{ if $value }}", "without its"),
            ("{{ end }}", "{{ end }}", "ends nothing"),
            ("{{ }}", "{{ }}", "nothing in it"),
            ("{{ printf \"%f $value }}", "\"", "does not end"),
            ("{{ (print 1 }}", "(", "never closed"),
            ("{{ $value | }}", "|", "one side"),
            ("{{ $value % 2 }}", "%", "means nothing"),
            ("{{ break }}", "break", "outside"),
        ] {
            let problem = parse(text).expect_err(text);
            assert_eq!(problem.span.slice(text), place, "{text}: {problem:?}");
            assert!(problem.message.contains(words), "{text}: {problem:?}");
        }
    }

    #[test]
    fn labels_and_values_are_found() {
        let text = "{{ $labels.job }} has {{ $value }} and {{ $value | humanize }} of {{ .Labels.pod }} {{ .Value }}";
        let template = parse(text).expect("a template");
        let labels: Vec<&str> = template.labels.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["job", "pod"]);
        assert_eq!(template.labels[0].1.slice(text), "$labels.job");
        assert_eq!((template.bare_values.len(), template.values.len()), (2, 3));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(\\{\\{|\\}\\}|\\$|-|[a-z.| \"`'()]|\\PC|end|if|range|/\\*|\\*/){0,30}") {
            if let Err(problem) = parse(&text) {
                prop_assert!(text.get(problem.span.start as usize..problem.span.end as usize).is_some());
            }
        }
    }
}
