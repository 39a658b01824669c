//! Selectors of series: a name, and conditions on labels in braces.

use super::{Parser, join};
use crate::promql::ast::{Match, Matcher, Modifiers, Selector};
use crate::promql::lexer::TokenKind;
use crate::promql::{Problem, regex};
use crate::source::Span;

impl Parser {
    /// The conditions of a selector, from `{` on.
    pub(super) fn selector(&mut self, metric: Option<(String, Span)>) -> Result<Selector, Problem> {
        let opened = self.advance();
        let start = metric.as_ref().map_or(opened, |(_, span)| *span);
        let mut selector = Selector {
            metric,
            matchers: Vec::new(),
            braces: None,
            span: start,
            modifiers: Modifiers::default(),
        };
        let end = loop {
            if let Some(end) = self.take("}") {
                break end;
            }
            self.matcher(opened, &mut selector)?;
            if self.take(",").is_none() {
                break self.close("}", opened)?;
            }
        };
        selector.braces = Some(join(opened, end));
        selector.span = join(start, end);
        Ok(selector)
    }

    fn matcher(&mut self, opened: Span, selector: &mut Selector) -> Result<(), Problem> {
        let first = self.span();
        let (label, is_quoted) = match self.kind() {
            TokenKind::Word(word) => (word.clone(), false),
            TokenKind::Text(text) => (text.clone(), true),
            TokenKind::End => return self.close("}", opened).map(|_| ()),
            _ => return Err(self.expected("a label or `}`")),
        };
        self.advance();
        let operator = match self.kind() {
            TokenKind::Sign("=") => Match::Equal,
            TokenKind::Sign("!=") => Match::NotEqual,
            TokenKind::Sign("=~") => Match::Regex,
            TokenKind::Sign("!~") => Match::NotRegex,
            TokenKind::Sign("," | "}") | TokenKind::End if is_quoted => {
                if let Some((known, _)) = &selector.metric {
                    return Err(Problem::new(first, format!("a second name of the metric `{known}`")));
                }
                selector.metric = Some((label, first));
                return Ok(());
            }
            TokenKind::Sign("==") => {
                return Err(self.expected("`=`").replacement("="));
            }
            _ => return Err(self.expected("`=`, `!=`, `=~` or `!~`")),
        };
        self.advance();
        let TokenKind::Text(value) = self.kind() else {
            return Err(self.expected("a string in quotes"));
        };
        let value = value.clone();
        let value_span = self.advance();
        if matches!(operator, Match::Regex | Match::NotRegex)
            && let Err(why) = regex::check(&value)
        {
            return Err(Problem::new(value_span, format!("this is no regular expression: {why}")).help(
                "a backslash makes a character stand for itself; in double quotes it is written twice",
            ));
        }
        selector.matchers.push(Matcher { label, operator, value, value_span, span: join(first, value_span) });
        Ok(())
    }
}
