//! `PromQL`: text to a tree with exact places, with the types of Prometheus 3 checked.
//!
//! ```text
//! text -> lexer -> parser (a tree, spans) -> types (what Prometheus refuses at load)
//! ```
//!
//! What a server only takes behind a feature flag (experimental functions, arithmetic on durations, `smoothed`,
//! `fill`) is refused: a rule file must load wherever it is put.

mod ast;
mod functions;
mod lexer;
mod number;
mod parser;
pub mod regex;
pub mod template;
mod types;

pub use ast::{
    Aggregate, Aggregator, Anchor, Binary, Call, Comparison, Expr, Grouping, Include, Kind, Match, Matcher,
    Matching, Modifiers, Operator, Selector, SetOperator, Subquery, Type,
};
pub use functions::{FUNCTIONS, Function};
pub use parser::{LIMITS, Limits, parse};

use crate::source::Span;

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes of the text that are wrong.
    pub span: Span,
    /// What is wrong, in a sentence without its end.
    pub message: String,
    /// What to do, where it is known.
    pub help: Option<String>,
    /// What to put in place of the bytes, where it is certain.
    pub replacement: Option<String>,
}

impl Problem {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, replacement: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn replacement(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }
}
