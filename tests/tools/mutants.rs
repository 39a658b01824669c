//! Faults put into rules, one at a time: what a generated test has to notice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A rule with one fault.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// What was changed, in words that name no thing of an example.
    pub(crate) what: String,
    /// The changed rule.
    pub(crate) rule: Value,
}

/// What an expression is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name, a keyword or a function.
    Word,
    /// A number outside of ranges.
    Number,
    /// A comparison of values.
    Comparison,
    /// The text that a selector compares a label with.
    Text,
    /// A text elsewhere: an argument of a function.
    Argument,
    /// A range, with its brackets.
    Range,
    /// Anything else.
    Sign,
}

/// A piece of an expression.
#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

fn tokens(expr: &str) -> Vec<Token> {
    let bytes = expr.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut in_labels) = (0, false);
    while at < bytes.len() {
        let start = at;
        let rest = &expr[at..];
        let run = |accepts: &dyn Fn(u8) -> bool| rest.bytes().take_while(|byte| accepts(*byte)).count();
        let kind = match bytes[at] {
            b'"' => {
                at += 1;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                if in_labels { Kind::Text } else { Kind::Argument }
            }
            b'[' => {
                at += rest.find(']').expect("a closed range") + 1;
                Kind::Range
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                at += run(&|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
                Kind::Word
            }
            byte if byte.is_ascii_digit() => {
                at += run(&|byte| byte.is_ascii_digit() || byte == b'.');
                Kind::Number
            }
            byte => {
                in_labels = match byte {
                    b'{' => true,
                    b'}' => false,
                    _ => in_labels,
                };
                let operator = run(&|byte| b"<>=!".contains(&byte));
                at += operator.max(1);
                if operator > 0 && !in_labels { Kind::Comparison } else { Kind::Sign }
            }
        };
        if bytes[start].is_ascii_whitespace() {
            continue;
        }
        found.push(Token { kind, start, end: at });
    }
    found
}

/// An expression with its pieces.
struct Expression<'e> {
    text: &'e str,
    tokens: Vec<Token>,
}

impl<'e> Expression<'e> {
    fn of(text: &'e str) -> Self {
        Self { text, tokens: tokens(text) }
    }

    fn text(&self, index: usize) -> &'e str {
        self.tokens.get(index).map_or("", |token| &self.text[token.start..token.end])
    }

    fn with(&self, from: usize, to: usize, text: &str) -> String {
        [&self.text[..from], text, &self.text[to..]].concat()
    }

    /// The same with another text for a piece.
    fn replaced(&self, index: usize, text: &str) -> String {
        self.with(self.tokens[index].start, self.tokens[index].end, text)
    }

    /// Where the operand ends that begins at a piece: at a weaker operator or where its bracket closes.
    fn operand_end(&self, begin: usize, weaker: &[&str]) -> usize {
        let mut depth = 0_usize;
        for index in begin..self.tokens.len() {
            match self.text(index) {
                "(" | "{" => depth += 1,
                ")" | "}" if depth == 0 => return self.tokens[index].start,
                ")" | "}" => depth -= 1,
                word if depth == 0 && weaker.contains(&word) => return self.tokens[index].start,
                _ => {}
            }
        }
        self.text.len()
    }

    /// Where the operand begins that ends before a piece.
    fn operand_start(&self, end: usize, weaker: &[&str]) -> usize {
        let mut depth = 0_usize;
        for index in (0..end).rev() {
            match self.text(index) {
                ")" | "}" => depth += 1,
                "(" | "{" if depth == 0 => return self.tokens[index].end,
                "(" | "{" => depth -= 1,
                word if depth == 0 && weaker.contains(&word) => return self.tokens[index].end,
                _ => {}
            }
        }
        0
    }

    fn mutants(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut add = |what: String, expr: String| found.push((what, expr));
        for (index, token) in self.tokens.iter().enumerate() {
            let text = self.text(index);
            match token.kind {
                Kind::Number => {
                    for (what, changed) in numbers(text) {
                        add(
                            format!("the number {}: {what}", self.place(index)),
                            self.replaced(index, &changed),
                        );
                    }
                }
                Kind::Comparison => {
                    let others: &[&str] = match text {
                        ">" => &[">=", "<"],
                        "<" => &["<=", ">"],
                        ">=" => &[">", "<="],
                        "<=" => &["<", ">="],
                        "==" => &["!="],
                        _ => &["=="],
                    };
                    for other in others {
                        add(
                            format!("`{text}` {}: `{other}`", self.place(index)),
                            self.replaced(index, other),
                        );
                    }
                }
                Kind::Text => {
                    let label = self.text(index - 2);
                    let inside = text.trim_matches('"');
                    let changed = if self.text(index - 1).ends_with('~') {
                        format!("\"mutated|{}x\"", inside.replace('|', "x|"))
                    } else {
                        format!("\"{inside}x\"")
                    };
                    add(
                        format!("`{label}` {}: another value", self.place(index)),
                        self.replaced(index, &changed),
                    );
                }
                Kind::Range => {
                    for (what, changed) in ranges(text) {
                        add(
                            format!("the range {}: {what}", self.place(index)),
                            self.replaced(index, &changed),
                        );
                    }
                }
                Kind::Word => self.words(index, &mut add),
                Kind::Argument | Kind::Sign => {}
            }
        }
        found
    }

    fn words(&self, index: usize, add: &mut dyn FnMut(String, String)) {
        let (token, text) = (self.tokens[index], self.text(index));
        match text {
            "and" | "unless" | "or" => {
                let weaker: &[&str] = if text == "or" { &["or"] } else { &["or", "and", "unless"] };
                let end = self.operand_end(index + 1, weaker);
                add(
                    format!("`{text}` {}: what follows is dropped", self.place(index)),
                    self.with(token.start, end, ""),
                );
                if text == "or" {
                    let start = self.operand_start(index, &["or"]);
                    add(
                        format!("`or` {}: what precedes is dropped", self.place(index)),
                        self.with(start, token.end, " "),
                    );
                } else {
                    add(format!("`{text}` {}: `or`", self.place(index)), self.replaced(index, "or"));
                }
            }
            "absent" => {
                add(format!("`absent` {}: dropped", self.place(index)), self.replaced(index, ""));
            }
            "by" | "on" if self.text(index + 1) == "(" => {
                let labels: Vec<usize> = (index + 2..self.tokens.len())
                    .take_while(|at| self.text(*at) != ")")
                    .filter(|at| self.tokens[*at].kind == Kind::Word)
                    .collect();
                for dropped in &labels {
                    let left: Vec<&str> =
                        labels.iter().filter(|at| *at != dropped).map(|at| self.text(*at)).collect();
                    let (Some(first), Some(last)) = (labels.first(), labels.last()) else { continue };
                    add(
                        format!("`{text} ({})` {}: dropped", self.text(*dropped), self.place(index)),
                        self.with(self.tokens[*first].start, self.tokens[*last].end, &left.join(", ")),
                    );
                }
            }
            _ => {}
        }
    }

    /// Where a piece stands: its number among its like, and the metric before it.
    fn place(&self, index: usize) -> String {
        let like = |at: &usize| {
            self.tokens[*at].kind == self.tokens[index].kind
                && (self.tokens[index].kind != Kind::Word || self.text(*at) == self.text(index))
        };
        format!("no. {}", (0..=index).filter(like).count())
    }
}

/// A number that is too large, too small, and one beside it.
fn numbers(text: &str) -> Vec<(&'static str, String)> {
    let number: f64 = text.parse().expect("a number");
    let mut found = vec![("one more", (number + 1.0).to_string())];
    if number != 0.0 {
        found.push(("half as much again", (number * 1.5).to_string()));
        found.push(("half", (number / 2.0).to_string()));
    }
    found
}

/// A range twice as long and half as long; of a subquery the range alone.
fn ranges(text: &str) -> Vec<(&'static str, String)> {
    let inside = text.trim_matches(['[', ']']);
    let (range, rest) =
        inside.split_once(':').map_or((inside, String::new()), |(range, step)| (range, format!(":{step}")));
    let seconds = seconds(range);
    vec![
        ("twice as long", format!("[{}s{rest}]", seconds * 2)),
        ("half as long", format!("[{}s{rest}]", seconds / 2)),
    ]
}

/// A length of time in one unit, in seconds.
pub(crate) fn seconds(text: &str) -> u64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().expect("a length of time in one unit");
    number
        * match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 604_800,
            _ => panic!("{text}: no unit"),
        }
}

/// An expression without what is particular to a thing: rules of one shape have equal mutants.
pub(crate) fn shape(expr: &str) -> String {
    let expression = Expression::of(expr);
    let mut out = String::new();
    for (index, token) in expression.tokens.iter().enumerate() {
        out.push_str(match token.kind {
            Kind::Text => "\"\"",
            Kind::Number | Kind::Range => "0",
            _ => expression.text(index),
        });
    }
    out
}

/// Whether every selector of an expression asks for this label to have this value, so that what comes out has no other.
fn is_fixed(expr: &str, label: &str, value: &str) -> bool {
    let expression = Expression::of(expr);
    let selectors =
        expression.tokens.iter().enumerate().filter(|(_, token)| &expr[token.start..token.end] == "{");
    selectors.count() > 0
        && expr.matches('{').count() == expr.matches(&format!("{label}=\"{value}\"")).count()
}

/// Whether all selectors of an expression ask for one and the same value of this label, so that joining on it says nothing.
fn is_one_value(expr: &str, label: &str) -> bool {
    let value = expr.split_once(&format!("{label}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.is_some_and(|(value, _)| is_fixed(expr, label, value))
}

/// Whether the range no. `number` of an expression is that of a nought which is divided by what has the range itself: where that says
/// anything, a longer range has readings, too.
fn is_of_divided_nought(expr: &str, number: &str) -> bool {
    let expression = Expression::of(expr);
    let ranges = expression.tokens.iter().filter(|token| token.kind == Kind::Range);
    let range = number.parse().ok().and_then(|number: usize| ranges.map(|range| range.start).nth(number - 1));
    range.is_some_and(|range| {
        let operand = expr[..range].rsplit_once("or ").map(|(_, operand)| operand);
        operand.is_some_and(|operand| operand.starts_with("0 * sum(")) && expr[range..].contains("\n)\n/ (")
    })
}

/// Whether a mutant that no test notices says the same as its rule: the label that it lost, or took from a grouping, comes out of
/// the expression with the rule's value, since every selector asks for it; or the label that a join of sets lost is fixed; or a nought
/// looks further back than what it is divided by.
pub(crate) fn is_equal(rule: &Value, mutant: &Mutant) -> bool {
    if let Some(number) =
        mutant.what.strip_prefix("the range no. ").and_then(|what| what.strip_suffix(": twice as long"))
    {
        return is_of_divided_nought(rule["expr"].as_str().unwrap_or_default(), number);
    }
    let quoted: Vec<&str> = mutant.what.split('`').collect();
    let [_, quoted, rest] = quoted[..] else { return false };
    let expr = rule["expr"].as_str().unwrap_or_default();
    let joined = quoted.strip_prefix("on (").and_then(|label| label.strip_suffix(')'));
    // A join of numbers gives the labels that it names; a join of sets gives those of its left side.
    if joined
        .is_some_and(|label| !expr.contains("/ on") && !expr.contains("* on") && is_one_value(expr, label))
    {
        return true;
    }
    let label = quoted.strip_prefix("by (").or_else(|| quoted.strip_prefix("on (")).map_or_else(
        || (mutant.what.starts_with("label ") && rest == ": dropped").then_some(quoted),
        |label| label.strip_suffix(')'),
    );
    let value = label.and_then(|label| rule["labels"][label].as_str());
    label.zip(value).is_some_and(|(label, value)| is_fixed(expr, label, value))
}

/// All faulty forms of a rule that is evaluated every `step` seconds.
pub(crate) fn of(rule: &Value, step: u64) -> Vec<Mutant> {
    let mut found: Vec<Mutant> = Vec::new();
    let mut seen = BTreeSet::new();
    let expr = rule["expr"].as_str().expect("an expression");
    for (what, changed) in Expression::of(expr).mutants() {
        if changed != expr && seen.insert(changed.clone()) {
            let mut rule = rule.clone();
            rule["expr"] = json!(changed);
            found.push(Mutant { what, rule });
        }
    }
    // Of what is recorded only the value is asked; its labels are those that alerts ask for.
    if rule["alert"].is_null() {
        return found;
    }
    let hold = rule["for"].as_str().map_or(0, seconds);
    let mut holds = vec![("longer by an evaluation", Some(hold + step))];
    if hold > 0 {
        holds.push(("shorter by an evaluation", Some(hold.saturating_sub(step))));
        holds.push(("dropped", None));
    }
    for (what, changed) in holds {
        let mut rule = rule.clone();
        match changed {
            Some(seconds) => rule["for"] = json!(format!("{seconds}s")),
            None => {
                rule.as_object_mut().expect("a rule").remove("for");
            }
        }
        found.push(Mutant { what: format!("`for`: {what}"), rule });
    }
    for label in rule["labels"].as_object().expect("labels").keys() {
        let mut changed = rule.clone();
        changed["labels"][label] = json!(if label == "severity" { "none" } else { "another" });
        found.push(Mutant { what: format!("label `{label}`: another value"), rule: changed });
        let mut dropped = rule.clone();
        dropped["labels"].as_object_mut().expect("labels").remove(label);
        found.push(Mutant { what: format!("label `{label}`: dropped"), rule: dropped });
    }
    for annotation in rule["annotations"].as_object().expect("annotations").keys() {
        let mut dropped = rule.clone();
        dropped["annotations"].as_object_mut().expect("annotations").remove(annotation);
        found.push(Mutant { what: format!("annotation `{annotation}`: dropped"), rule: dropped });
    }
    found
}
