//! Tokens to a tree: operators by precedence, everything else by its first word.

use super::ast::{
    Aggregate, Aggregator, Anchor, Binary, Call, Comparison, Expr, Grouping, Include, Kind, Matching,
    Modifiers, Operator, Selector, SetOperator, Subquery,
};
use super::lexer::{Token, TokenKind, tokens};
use super::{Problem, functions, types};
use crate::source::Span;

/// Bounds on what is read, so that hostile input ends in an error and not in an exhausted stack.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Size of the text in bytes.
    pub bytes: usize,
    /// Expressions within expressions: parentheses, arguments, signs.
    pub nesting: u16,
    /// The longest way from the whole to a leaf, which grows with a chain of operators, too.
    pub depth: u16,
}

/// The bounds in force. Rules that people write have fewer than ten levels.
pub const LIMITS: Limits = Limits { bytes: 64 << 10, nesting: 64, depth: 512 };

/// Reads an expression and checks its types. Stops at the first thing that is wrong, since what follows would be guesses.
pub fn parse(text: &str) -> Result<Expr, Problem> {
    if text.len() > LIMITS.bytes {
        let start = crate::source::boundary(text, LIMITS.bytes);
        let place = super::lexer::span(start, text.len());
        return Err(Problem::new(place, format!("an expression of more than {} KiB", LIMITS.bytes >> 10))
            .help("record parts of it as series of their own"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, nesting: 0 };
    if parser.kind() == &TokenKind::End {
        return Err(Problem::new(parser.span(), "there is no expression"));
    }
    let expr = parser.expression(0)?;
    if parser.kind() != &TokenKind::End {
        return Err(parser.behind(&expr));
    }
    types::check(&expr)?;
    Ok(expr)
}

/// Operators from the loosest to the tightest.
const OPERATORS: &[(&str, Operator, u8)] = &[
    ("or", Operator::Set(SetOperator::Or), 1),
    ("and", Operator::Set(SetOperator::And), 2),
    ("unless", Operator::Set(SetOperator::Unless), 2),
    ("==", Operator::Compare(Comparison::Equal), 3),
    ("!=", Operator::Compare(Comparison::NotEqual), 3),
    ("<", Operator::Compare(Comparison::Less), 3),
    ("<=", Operator::Compare(Comparison::AtMost), 3),
    (">", Operator::Compare(Comparison::Greater), 3),
    (">=", Operator::Compare(Comparison::AtLeast), 3),
    ("+", Operator::Add, 4),
    ("-", Operator::Subtract, 4),
    ("*", Operator::Multiply, TIMES),
    ("/", Operator::Divide, TIMES),
    ("%", Operator::Remainder, TIMES),
    ("atan2", Operator::Atan2, TIMES),
    ("^", Operator::Power, POWER),
];

/// How tight `*` binds, and a sign with it: `-1 ^ 2` is `-(1 ^ 2)`.
const TIMES: u8 = 5;
/// How tight `^` binds, the only operator that groups to the right.
const POWER: u8 = 6;

/// Keywords that cannot be the name of a metric.
const RESERVED: [&str; 8] = ["bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan"];

/// Words that Prometheus has behind a feature flag, if a parenthesis follows them.
const EXPERIMENTAL: [&str; 9] =
    ["limitk", "limit_ratio", "fill", "fill_left", "fill_right", "start", "end", "step", "range"];

mod selector;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    nesting: u16,
}

const fn join(first: Span, last: Span) -> Span {
    Span::new(first.start, last.end)
}

impl Parser {
    fn token(&self, ahead: usize) -> &Token {
        // The end is always there, and nothing goes beyond it.
        &self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    fn kind(&self) -> &TokenKind {
        &self.token(0).kind
    }

    fn span(&self) -> Span {
        self.token(0).span
    }

    fn advance(&mut self) -> Span {
        let span = self.span();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        span
    }

    fn is(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.token(ahead).kind, TokenKind::Sign(other) if other == sign)
    }

    fn take(&mut self, sign: &str) -> Option<Span> {
        self.is(0, sign).then(|| self.advance())
    }

    /// The keyword at a place: keywords are the same in capitals.
    fn keyword(&self, ahead: usize) -> Option<String> {
        match &self.token(ahead).kind {
            TokenKind::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(&self.kind(), TokenKind::Word(other) if other.eq_ignore_ascii_case(word))
    }

    fn take_keyword(&mut self, word: &str) -> Option<Span> {
        self.is_keyword(word).then(|| self.advance())
    }

    /// What stands here, for messages.
    fn found(&self) -> String {
        match self.kind() {
            TokenKind::Word(word) => format!("`{}`", word.chars().take(60).collect::<String>()),
            TokenKind::Number(_) => "a number".to_owned(),
            TokenKind::Duration(_) => "a length of time".to_owned(),
            TokenKind::Text(_) => "a string".to_owned(),
            TokenKind::Sign(sign) => format!("`{sign}`"),
            TokenKind::End => "the end".to_owned(),
        }
    }

    fn expected(&self, what: &str) -> Problem {
        Problem::new(self.span(), format!("{what} is expected, not {}", self.found()))
    }

    fn close(&mut self, sign: &'static str, opened: Span) -> Result<Span, Problem> {
        if let Some(span) = self.take(sign) {
            return Ok(span);
        }
        Err(if self.kind() == &TokenKind::End {
            Problem::new(opened, format!("this is never closed: `{sign}` is missing"))
                .help(format!("add `{sign}` where it ends"))
        } else {
            self.expected(&format!("`{sign}`"))
        })
    }

    /// What is wrong when an expression is followed by something.
    fn behind(&self, expr: &Expr) -> Problem {
        let problem = |message: &str| Problem::new(self.span(), message);
        match self.kind() {
            TokenKind::Sign("=") => problem("`=` compares nothing").help("write `==`").replacement("=="),
            TokenKind::Sign("=~") => problem("`=~` compares labels, and stands within `{}`"),
            TokenKind::Sign(")") => problem("a `)` that closes nothing"),
            TokenKind::Sign("]") => problem("a `]` that closes nothing"),
            TokenKind::Sign("}") => problem("a `}` that closes nothing"),
            TokenKind::Sign(",") => problem("a `,` outside of arguments and labels"),
            TokenKind::Word(_) => {
                let word = self.keyword(0).unwrap_or_default();
                match word.as_str() {
                    "smoothed" | "anchored" => Problem::new(
                        self.span(),
                        format!("`{word}` is an experiment that Prometheus only has behind a feature flag"),
                    ),
                    "by" | "without" => {
                        Problem::new(self.span(), format!("`{word}` belongs to no aggregation"))
                            .help("such as `sum by (job) (x)`, once for each aggregation")
                    }
                    "on" | "ignoring" | "group_left" | "group_right" | "bool" => {
                        Problem::new(self.span(), format!("`{word}` stands behind an operator"))
                            .help("such as `a / on (job) group_left b`")
                    }
                    _ => Problem::new(self.span(), format!("an operator is missing before {}", self.found())),
                }
            }
            _ => Problem::new(self.span(), format!("an operator is missing before {}", self.found())),
        }
        .or_at(expr.span)
    }

    fn make(&self, span: Span, kind: Kind) -> Result<Expr, Problem> {
        let mut expr = Expr { span, kind, depth: 0 };
        expr.depth = expr.children().iter().map(|child| child.depth).max().unwrap_or(0) + 1;
        if expr.depth > LIMITS.depth {
            return Err(too_deep(self.span()));
        }
        Ok(expr)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let name = match self.kind() {
            TokenKind::Sign(sign) => (*sign).to_owned(),
            TokenKind::Word(_) => self.keyword(0)?,
            _ => return None,
        };
        OPERATORS.iter().find(|(other, ..)| *other == name).map(|(_, operator, binds)| (*operator, *binds))
    }

    /// An expression whose operators bind at least as tight as asked.
    fn expression(&mut self, at_least: u8) -> Result<Expr, Problem> {
        self.nesting += 1;
        if self.nesting > LIMITS.nesting {
            return Err(too_deep(self.span()));
        }
        let mut left = self.signed()?;
        while let Some((operator, binds)) = self.operator().filter(|(_, binds)| *binds >= at_least) {
            let operator_span = self.advance();
            let bool = self.take_keyword("bool").is_some();
            let matching = self.matching()?;
            if let Some(word @ ("fill" | "fill_left" | "fill_right")) = self.keyword(0).as_deref()
                && self.is(1, "(")
            {
                return Err(experimental(self.span(), word));
            }
            let right = self.expression(if binds == POWER { binds } else { binds + 1 })?;
            let span = join(left.span, right.span);
            let binary = Binary {
                operator,
                operator_span,
                bool,
                matching,
                left: Box::new(left),
                right: Box::new(right),
            };
            left = self.make(span, Kind::Binary(binary))?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, Problem> {
        let (is_negated, sign) = match self.kind() {
            TokenKind::Sign("-") => (true, self.advance()),
            TokenKind::Sign("+") => (false, self.advance()),
            _ => return self.modified(),
        };
        let inner = self.expression(POWER)?;
        let span = join(sign, inner.span);
        self.make(span, Kind::Signed(is_negated, Box::new(inner)))
    }

    /// Which labels of two sides have to agree.
    fn matching(&mut self) -> Result<Option<Matching>, Problem> {
        let start = self.span();
        let on = match self.keyword(0).as_deref() {
            Some("on") => true,
            Some("ignoring") => false,
            Some(word @ ("group_left" | "group_right")) => {
                return Err(Problem::new(
                    start,
                    format!("`{word}` stands behind `on (..)` or `ignoring (..)`"),
                ));
            }
            _ => return Ok(None),
        };
        self.advance();
        let (labels, mut end) = self.labels()?;
        let mut group = None;
        let left = match self.keyword(0).as_deref() {
            Some("group_left") => Some(true),
            Some("group_right") => Some(false),
            _ => None,
        };
        if let Some(left) = left {
            end = self.advance();
            let mut included = Vec::new();
            if self.is(0, "(") {
                (included, end) = self.labels()?;
            }
            group = Some(Include { left, labels: included });
        }
        Ok(Some(Matching { on, labels, span: join(start, end), group }))
    }

    /// Labels in parentheses.
    fn labels(&mut self) -> Result<(Vec<String>, Span), Problem> {
        let Some(opened) = self.take("(") else {
            return Err(self.expected("`(` with labels"));
        };
        let mut labels = Vec::new();
        loop {
            if let Some(end) = self.take(")") {
                return Ok((labels, join(opened, end)));
            }
            match self.kind() {
                TokenKind::Word(word) if word.contains(':') || is_number(word) => {
                    return Err(self.expected("a label"));
                }
                TokenKind::Word(word) | TokenKind::Text(word) if !word.is_empty() => {
                    labels.push(word.clone());
                }
                TokenKind::End => return self.close(")", opened).map(|end| (labels, end)),
                _ => return Err(self.expected("a label")),
            }
            self.advance();
            if self.take(",").is_none() {
                return self.close(")", opened).map(|end| (labels, join(opened, end)));
            }
        }
    }

    /// An expression with what may follow it: a range, an offset, a fixed time.
    fn modified(&mut self) -> Result<Expr, Problem> {
        let mut expr = self.primary()?;
        loop {
            if self.is(0, "[") {
                expr = self.ranged(expr)?;
            } else if let Some(word) = self.take_keyword("offset") {
                expr = self.offset(expr, word)?;
            } else if let Some(sign) = self.take("@") {
                expr = self.anchored(expr, sign)?;
            } else {
                return Ok(expr);
            }
        }
    }

    /// A length of time in milliseconds: `5m`, or a number of seconds.
    fn length(&mut self) -> Result<u64, Problem> {
        let length = match self.kind() {
            TokenKind::Duration(length) => *length,
            TokenKind::Number(seconds) => milliseconds(*seconds)
                .ok_or_else(|| Problem::new(self.span(), "a length of time that is too long"))?,
            TokenKind::Word(word) if word.starts_with("__") => {
                return Err(Problem::new(self.span(), format!("`{word}` is a variable of Grafana"))
                    .help("write a length of time such as `5m`"));
            }
            _ => return Err(self.expected("a length of time such as `5m`")),
        };
        self.advance();
        if let Some((Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide, _)) =
            self.operator()
            && self.tokens[..self.at].iter().rev().find_map(|token| match token.kind {
                TokenKind::Sign("[") => Some(true),
                TokenKind::Sign("]") => Some(false),
                _ => None,
            }) == Some(true)
        {
            return Err(Problem::new(
                self.span(),
                "arithmetic on lengths of time, which Prometheus only has behind a feature flag",
            )
            .help("write the sum"));
        }
        Ok(length)
    }

    fn positive_length(&mut self) -> Result<(u64, Span), Problem> {
        let span = self.span();
        match self.length()? {
            0 => Err(Problem::new(span, "a length of time of zero")),
            length => Ok((length, span)),
        }
    }

    fn ranged(&mut self, expr: Expr) -> Result<Expr, Problem> {
        let opened = self.advance();
        let range = self.positive_length()?;
        if self.take(":").is_some() {
            let step = if self.is(0, "]") { None } else { Some(self.positive_length()?.0) };
            let end = self.close("]", opened)?;
            let span = join(expr.span, end);
            let subquery = Subquery { inner: Box::new(expr), range, step, modifiers: Modifiers::default() };
            return self.make(span, Kind::Subquery(subquery));
        }
        let end = self.close("]", opened)?;
        let span = join(expr.span, end);
        match expr.kind {
            Kind::Selector(selector) if selector.modifiers == Modifiers::default() => {
                self.make(span, Kind::Range(selector, range.0, range.1))
            }
            Kind::Selector(_) => Err(Problem::new(join(opened, end), "a range behind `offset` or `@`")
                .help("the range comes first: `x[5m] offset 1h`")),
            _ => {
                let written = super::number::written(range.0);
                Err(Problem::new(join(opened, end), "a range of something that is no selector").help(format!(
                    "only a metric has a range; the values of an expression over time are a subquery: `[{written}:]`"
                )))
            }
        }
    }

    fn offset(&mut self, mut expr: Expr, word: Span) -> Result<Expr, Problem> {
        let is_ahead = if self.take("-").is_some() {
            true
        } else {
            self.take("+");
            false
        };
        let end = self.span();
        let length = i64::try_from(self.length()?).unwrap_or(i64::MAX);
        let place = join(word, end);
        let Some(modifiers) = modifiers(&mut expr) else { return Err(no_selector(place, "offset")) };
        if modifiers.offset.replace(if is_ahead { -length } else { length }).is_some() {
            return Err(Problem::new(place, "a second `offset`"));
        }
        expr.span = join(expr.span, end);
        Ok(expr)
    }

    fn anchored(&mut self, mut expr: Expr, sign: Span) -> Result<Expr, Problem> {
        let (anchor, end) = match self.keyword(0).as_deref() {
            Some(word @ ("start" | "end")) if self.is(1, "(") => {
                let anchor = if word == "start" { Anchor::Start } else { Anchor::End };
                self.advance();
                let opened = self.advance();
                (anchor, self.close(")", opened)?)
            }
            _ => {
                let is_negative = self.take("-").is_some() || {
                    self.take("+");
                    false
                };
                let seconds = match self.kind() {
                    TokenKind::Number(seconds) => *seconds,
                    #[allow(clippy::cast_precision_loss)] // As Prometheus does.
                    TokenKind::Duration(milliseconds) => *milliseconds as f64 / 1000.0,
                    _ => return Err(self.expected("a time in seconds, `start()` or `end()`")),
                };
                let end = self.advance();
                (Anchor::Time(if is_negative { -seconds } else { seconds }), end)
            }
        };
        let place = join(sign, end);
        let Some(modifiers) = modifiers(&mut expr) else { return Err(no_selector(place, "@")) };
        if modifiers.at.replace(anchor).is_some() {
            return Err(Problem::new(place, "a second `@`"));
        }
        expr.span = join(expr.span, end);
        Ok(expr)
    }

    fn primary(&mut self) -> Result<Expr, Problem> {
        let span = self.span();
        match self.kind() {
            TokenKind::Number(value) => {
                let kind = Kind::Number(*value);
                self.advance();
                self.make(span, kind)
            }
            TokenKind::Duration(milliseconds) => {
                #[allow(clippy::cast_precision_loss)] // As Prometheus does.
                let kind = Kind::Number(*milliseconds as f64 / 1000.0);
                self.advance();
                self.make(span, kind)
            }
            TokenKind::Text(text) => {
                let kind = Kind::Text(text.clone());
                self.advance();
                self.make(span, kind)
            }
            TokenKind::Sign("(") => {
                self.advance();
                let inner = self.expression(0)?;
                let end = self.close_expression(span, &inner)?;
                self.make(join(span, end), Kind::Paren(Box::new(inner)))
            }
            TokenKind::Sign("{") => {
                let selector = self.selector(None)?;
                self.make(selector.span, Kind::Selector(selector))
            }
            TokenKind::Word(_) => self.word(),
            _ => Err(self.expected("a metric, a number or a function")),
        }
    }

    /// The end of an expression in parentheses.
    fn close_expression(&mut self, opened: Span, inner: &Expr) -> Result<Span, Problem> {
        match self.kind() {
            TokenKind::Sign(")") | TokenKind::End => self.close(")", opened),
            _ => Err(self.behind(inner)),
        }
    }

    fn word(&mut self) -> Result<Expr, Problem> {
        let TokenKind::Word(word) = self.kind().clone() else { return Err(self.expected("a name")) };
        let lower = word.to_ascii_lowercase();
        let span = self.span();
        let is_called = self.is(1, "(");
        if lower == "inf" || lower == "nan" {
            self.advance();
            return self.make(span, Kind::Number(if lower == "inf" { f64::INFINITY } else { f64::NAN }));
        }
        let is_grouped = matches!(self.keyword(1).as_deref(), Some("by" | "without"));
        if let Some((_, operator)) = Aggregator::ALL.iter().find(|(name, _)| *name == lower)
            && (is_called || is_grouped)
        {
            return self.aggregate(*operator);
        }
        if is_called {
            if let Some(function) = functions::find(&word) {
                return self.call(function);
            }
            if EXPERIMENTAL.contains(&lower.as_str()) {
                return Err(experimental(span, &word));
            }
            return Err(unknown_function(span, &word));
        }
        if RESERVED.contains(&lower.as_str()) {
            return Err(self.expected("a metric, a number or a function"));
        }
        self.advance();
        let selector = if self.is(0, "{") {
            self.selector(Some((word, span)))?
        } else {
            Selector {
                metric: Some((word, span)),
                matchers: Vec::new(),
                braces: None,
                span,
                modifiers: Modifiers::default(),
            }
        };
        self.make(selector.span, Kind::Selector(selector))
    }

    fn arguments(&mut self) -> Result<(Vec<Expr>, Span), Problem> {
        let opened = self.span();
        self.take("(").ok_or_else(|| self.expected("`(`"))?;
        let mut arguments = Vec::new();
        if let Some(end) = self.take(")") {
            return Ok((arguments, end));
        }
        loop {
            let argument = self.expression(0)?;
            let is_more = self.is(0, ",");
            if !is_more {
                let end = self.close_expression(opened, &argument)?;
                arguments.push(argument);
                return Ok((arguments, end));
            }
            arguments.push(argument);
            let comma = self.advance();
            if self.is(0, ")") {
                return Err(Problem::new(comma, "a `,` with no argument behind it").replacement(""));
            }
        }
    }

    fn call(&mut self, function: &'static functions::Function) -> Result<Expr, Problem> {
        let name = self.advance();
        if function.experimental {
            return Err(experimental(name, function.name));
        }
        let (arguments, end) = self.arguments()?;
        self.make(join(name, end), Kind::Call(Call { function, name, arguments }))
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Problem> {
        let without = match self.keyword(0).as_deref() {
            Some("by") => false,
            Some("without") => true,
            _ => return Ok(None),
        };
        let start = self.advance();
        let (labels, end) = self.labels()?;
        Ok(Some(Grouping { without, labels, span: join(start, end) }))
    }

    fn aggregate(&mut self, operator: Aggregator) -> Result<Expr, Problem> {
        let name = self.advance();
        let mut grouping = self.grouping()?;
        let (mut arguments, mut end) = self.arguments()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
            end = grouping.as_ref().map_or(end, |grouping| grouping.span);
        }
        let wanted = if operator.parameter().is_some() { 2 } else { 1 };
        if arguments.len() != wanted {
            let message = format!(
                "`{}` takes {}, not {}",
                operator.name(),
                if wanted == 2 { "two arguments" } else { "one argument" },
                arguments.len()
            );
            return Err(Problem::new(join(name, end), message));
        }
        let Some(inner) = arguments.pop() else { return Err(self.expected("an argument")) };
        let parameter = arguments.pop().map(Box::new);
        let aggregate = Aggregate { operator, name, grouping, parameter, inner: Box::new(inner) };
        self.make(join(name, end), Kind::Aggregate(aggregate))
    }
}

impl Problem {
    /// At the end of an expression where there is nothing to show.
    const fn or_at(mut self, span: Span) -> Self {
        if self.span.start == self.span.end {
            self.span = span;
        }
        self
    }
}

/// The modifiers of what has any.
fn modifiers(expr: &mut Expr) -> Option<&mut Modifiers> {
    match &mut expr.kind {
        Kind::Selector(selector) | Kind::Range(selector, ..) => Some(&mut selector.modifiers),
        Kind::Subquery(subquery) => Some(&mut subquery.modifiers),
        _ => None,
    }
}

fn no_selector(span: Span, word: &str) -> Problem {
    Problem::new(span, format!("`{word}` stands behind a metric, a range or a subquery"))
        .help("write it behind each metric of the expression")
}

fn is_number(word: &str) -> bool {
    word.eq_ignore_ascii_case("inf") || word.eq_ignore_ascii_case("nan")
}

/// Seconds in milliseconds; `None` beyond what Go's 64 bits of nanoseconds hold.
fn milliseconds(seconds: f64) -> Option<u64> {
    // 292 years: 2^63 nanoseconds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Both are excluded by the range.
    (0.0..9_223_372_036.0).contains(&seconds).then(|| (seconds * 1000.0).round() as u64)
}

fn too_deep(span: Span) -> Problem {
    Problem::new(
        span,
        format!("more than {} levels of nesting, or {} operators in a row", LIMITS.nesting, LIMITS.depth),
    )
    .help("record parts of it as series of their own")
}

fn experimental(span: Span, word: &str) -> Problem {
    Problem::new(span, format!("`{word}` is an experiment that Prometheus only has behind a feature flag"))
        .help("write it with what every Prometheus 3 has")
}

fn unknown_function(span: Span, word: &str) -> Problem {
    let problem = Problem::new(span, format!("there is no function `{word}`"));
    match functions::nearest(word) {
        Some(near) => problem.help(format!("did you mean `{near}`?")).replacement(near),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
