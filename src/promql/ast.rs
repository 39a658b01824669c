//! The tree of an expression. Every part knows its bytes of the text.

use super::functions::Function;
use crate::source::Span;

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A number without labels.
    Scalar,
    /// A text.
    Text,
    /// One value for each series.
    Instant,
    /// The values of each series over a length of time.
    Range,
}

impl Type {
    /// As Prometheus calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "a scalar",
            Self::Text => "a string",
            Self::Instant => "an instant vector",
            Self::Range => "a range vector",
        }
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// The longest way down to a leaf; bounded by [`super::LIMITS`], so that walking it needs no more stack.
    pub(super) depth: u16,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number, or a length of time in seconds.
    Number(f64),
    /// A string, without its quotes and escapes.
    Text(String),
    /// The last value of each series that is selected.
    Selector(Selector),
    /// The values of selected series over a length of time in milliseconds, and where that is written.
    Range(Selector, u64, Span),
    /// An expression evaluated at steps over a length of time.
    Subquery(Subquery),
    /// A function with its arguments.
    Call(Call),
    /// An aggregation over series.
    Aggregate(Aggregate),
    /// Two expressions and an operator.
    Binary(Binary),
    /// An expression with a sign; `true` if it is negated.
    Signed(bool, Box<Expr>),
    /// An expression in parentheses.
    Paren(Box<Expr>),
}

/// Which series are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// The metric's name and where it stands, where it is given outside of label matchers or quoted inside.
    pub metric: Option<(String, Span)>,
    /// The conditions on labels.
    pub matchers: Vec<Matcher>,
    /// From `{` to `}`, where it has them.
    pub braces: Option<Span>,
    /// The bytes of name and conditions, without range and modifiers.
    pub span: Span,
    /// The time that is looked at.
    pub modifiers: Modifiers,
}

impl Selector {
    /// The metric's name, also where it is a condition on `__name__`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let by_label = || self.matcher("__name__").filter(|one| one.operator == Match::Equal);
        self.metric
            .as_ref()
            .map(|(name, _)| name.as_str())
            .or_else(|| by_label().map(|one| one.value.as_str()))
    }

    /// The first condition on a label.
    #[must_use]
    pub fn matcher(&self, label: &str) -> Option<&Matcher> {
        self.matchers.iter().find(|one| one.label == label)
    }

    /// Where the name stands, or the whole selector.
    #[must_use]
    pub fn name_span(&self) -> Span {
        self.metric.as_ref().map_or(self.span, |(_, span)| *span)
    }
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    Regex,
    /// `!~`.
    NotRegex,
}

/// A condition on a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared.
    pub operator: Match,
    /// What with.
    pub value: String,
    /// Where that stands, quotes included.
    pub value_span: Span,
    /// From the label to the end of the value.
    pub span: Span,
}

/// Which time is looked at instead of the time of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Modifiers {
    /// Milliseconds back, negative for ahead.
    pub offset: Option<i64>,
    /// A fixed time.
    pub at: Option<Anchor>,
}

/// A fixed time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    /// In seconds since 1970.
    Time(f64),
    /// The beginning of the range that is queried.
    Start,
    /// Its end.
    End,
}

/// An expression evaluated at steps over a length of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Subquery {
    /// The expression.
    pub inner: Box<Expr>,
    /// The length of time in milliseconds, and where it stands.
    pub range: (u64, Span),
    /// The step in milliseconds; the interval of evaluation where it is left out.
    pub step: Option<u64>,
    /// The time that is looked at.
    pub modifiers: Modifiers,
}

/// A function with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// Where its name stands.
    pub name: Span,
    /// Its arguments.
    pub arguments: Vec<Expr>,
}

/// An operator that makes one value of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregator {
    /// `sum`.
    Sum,
    /// `avg`.
    Avg,
    /// `count`.
    Count,
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// `group`.
    Group,
    /// `stddev`.
    Stddev,
    /// `stdvar`.
    Stdvar,
    /// `topk`: keeps the series themselves.
    Topk,
    /// `bottomk`: keeps the series themselves.
    Bottomk,
    /// `quantile`.
    Quantile,
    /// `count_values`.
    CountValues,
}

impl Aggregator {
    /// All with their names.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("sum", Self::Sum),
        ("avg", Self::Avg),
        ("count", Self::Count),
        ("min", Self::Min),
        ("max", Self::Max),
        ("group", Self::Group),
        ("stddev", Self::Stddev),
        ("stdvar", Self::Stdvar),
        ("topk", Self::Topk),
        ("bottomk", Self::Bottomk),
        ("quantile", Self::Quantile),
        ("count_values", Self::CountValues),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name)
    }

    /// What its first argument must be, where it takes two.
    #[must_use]
    pub const fn parameter(self) -> Option<Type> {
        match self {
            Self::Topk | Self::Bottomk | Self::Quantile => Some(Type::Scalar),
            Self::CountValues => Some(Type::Text),
            _ => None,
        }
    }

    /// Whether its result are series that went in, with all their labels.
    #[must_use]
    pub const fn selects(self) -> bool {
        matches!(self, Self::Topk | Self::Bottomk)
    }
}

/// An aggregation over series.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// How.
    pub operator: Aggregator,
    /// Where its name stands.
    pub name: Span,
    /// The labels that are kept or dropped; none are kept where it is left out.
    pub grouping: Option<Grouping>,
    /// The first of two arguments.
    pub parameter: Option<Box<Expr>>,
    /// What is aggregated.
    pub inner: Box<Expr>,
}

/// The labels by which series are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// Whether they are dropped, and all others kept.
    pub without: bool,
    /// The labels.
    pub labels: Vec<String>,
    /// From `by` or `without` to the closing parenthesis.
    pub span: Span,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// How two sets of series are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    /// Those on the left that are on the right, too.
    And,
    /// All on the left, and those on the right that are not on the left.
    Or,
    /// Those on the left that are not on the right.
    Unless,
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Remainder,
    /// `^`.
    Power,
    /// `atan2`.
    Atan2,
    /// A comparison.
    Compare(Comparison),
    /// An operator on sets.
    Set(SetOperator),
}

/// Two expressions and an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Binary {
    /// The operator.
    pub operator: Operator,
    /// Where it stands.
    pub operator_span: Span,
    /// Whether a comparison gives 0 or 1 instead of keeping series.
    pub bool: bool,
    /// Which labels have to agree, where it is said.
    pub matching: Option<Matching>,
    /// The left side.
    pub left: Box<Expr>,
    /// The right side.
    pub right: Box<Expr>,
}

/// Which series of two vectors belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// Whether only the labels named have to agree, or all but those.
    pub on: bool,
    /// The labels.
    pub labels: Vec<String>,
    /// From `on` or `ignoring` to the end.
    pub span: Span,
    /// Whether one side may have several series for one of the other.
    pub group: Option<Include>,
}

/// Many series of one side for one of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Whether it is the left side that has many.
    pub left: bool,
    /// Labels that are taken from the other side.
    pub labels: Vec<String>,
}

impl Expr {
    /// What it gives.
    #[must_use]
    pub fn value_type(&self) -> Type {
        match &self.kind {
            Kind::Number(_) => Type::Scalar,
            Kind::Text(_) => Type::Text,
            Kind::Selector(_) | Kind::Aggregate(_) => Type::Instant,
            Kind::Range(..) | Kind::Subquery(_) => Type::Range,
            Kind::Call(call) => call.function.returns,
            Kind::Signed(_, inner) | Kind::Paren(inner) => inner.value_type(),
            Kind::Binary(binary) => {
                if binary.left.value_type() == Type::Scalar && binary.right.value_type() == Type::Scalar {
                    Type::Scalar
                } else {
                    Type::Instant
                }
            }
        }
    }

    /// The same without parentheses around it.
    #[must_use]
    pub fn bare(&self) -> &Self {
        let mut here = self;
        while let Kind::Paren(inner) = &here.kind {
            here = inner;
        }
        here
    }

    /// The expressions that it is made of, in the order of the text.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Selector(_) | Kind::Range(..) => Vec::new(),
            Kind::Subquery(subquery) => vec![&subquery.inner],
            Kind::Call(call) => call.arguments.iter().collect(),
            Kind::Aggregate(aggregate) => {
                aggregate.parameter.iter().map(Box::as_ref).chain([aggregate.inner.as_ref()]).collect()
            }
            Kind::Binary(binary) => vec![&binary.left, &binary.right],
            Kind::Signed(_, inner) | Kind::Paren(inner) => vec![inner],
        }
    }

    /// It and everything below it, each before what it is made of.
    #[must_use]
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(&here) = found.get(next) {
            next += 1;
            found.splice(next..next, here.children());
        }
        found
    }

    /// Every selector below it, in the order of the text, with the length of time in milliseconds that it looks at.
    #[must_use]
    pub fn selectors(&self) -> Vec<(&Selector, Option<u64>)> {
        let of = |expr: &'_ Self| match &expr.kind {
            Kind::Selector(_) => Some(None),
            Kind::Range(_, range, _) => Some(Some(*range)),
            _ => None,
        };
        self.all()
            .into_iter()
            .filter_map(|expr| of(expr).map(|range| (expr, range)))
            .filter_map(|(expr, range)| match &expr.kind {
                Kind::Selector(selector) | Kind::Range(selector, ..) => Some((selector, range)),
                _ => None,
            })
            .collect()
    }
}
