//! Writes HCL that `terraform fmt` leaves as it is.
//!
//! Text reaches Terraform as this very text: whatever a person wrote into the spec cannot become an
//! interpolation, a directive or another attribute. References are built from names that platc checked.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::data::{Data, float};
use super::text::is_deceptive;

/// An expression: the right side of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text that Terraform gives back unchanged, whatever it contains.
    Text(Cow<'a, str>),
    /// A reference such as `module.network.vpc_id` or `var.zones[0]`, a type such as `string`, or a decimal
    /// number, printed as it is. Never text from the spec: see [`Expr::path`].
    Raw(Cow<'a, str>),
    /// `[a, b]`.
    List(Vec<Self>),
    /// `{ key = value }`, in the order in which it is printed.
    Object(Vec<(Cow<'a, str>, Self)>),
    /// Text with expressions in it: `"${var.name}-suffix"`.
    Template(Vec<Part<'a>>),
    /// A function call such as `merge(a, b)`, or a type such as `list(string)`.
    Call(Cow<'a, str>, Vec<Self>),
}

/// A piece of a [template](Expr::Template).
#[derive(Debug, Clone, PartialEq)]
pub enum Part<'a> {
    /// Text that Terraform gives back unchanged.
    Text(Cow<'a, str>),
    /// The value of a reference, a call or a scalar.
    Expr(Expr<'a>),
}

/// A line or block of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<'a> {
    /// `name = value`. The name is an identifier.
    Attr(Cow<'a, str>, Expr<'a>),
    /// A nested block.
    Block(Block<'a>),
    /// A comment; each of its lines becomes a comment line.
    Comment(Cow<'a, str>),
    /// An empty line. Those around blocks come by themselves.
    Blank,
}

/// `kind "label" { body }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block<'a> {
    kind: Cow<'a, str>,
    labels: Vec<Cow<'a, str>>,
    body: Vec<Item<'a>>,
}

impl<'a> Expr<'a> {
    /// A reference or type, printed as it is; see [`Expr::Raw`].
    pub fn raw(reference: impl Into<Cow<'a, str>>) -> Self {
        Self::Raw(reference.into())
    }

    /// A reference along names, the later ones of which may be any text: `module.network["a b"]`.
    #[must_use]
    pub fn path(root: &str, names: &[&str]) -> Expr<'static> {
        let mut path = root.to_owned();
        for name in names {
            if is_identifier(name) {
                path.push('.');
                path.push_str(name);
            } else {
                path.push('[');
                quoted(name, true, &mut path);
                path.push(']');
            }
        }
        Expr::Raw(Cow::Owned(path))
    }

    /// A function call or a type with arguments.
    pub fn call(function: impl Into<Cow<'a, str>>, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::Call(function.into(), arguments.into_iter().collect())
    }

    /// A list of what can become expressions.
    pub fn list<E: Into<Self>>(items: impl IntoIterator<Item = E>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// An object of keys and what can become expressions.
    pub fn object<K: Into<Cow<'a, str>>, E: Into<Self>>(entries: impl IntoIterator<Item = (K, E)>) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl From<bool> for Expr<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Expr<'_> {
            fn from(value: $integer) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}
from_integers!(u8, u16, u32, i32, i64);

impl<'a> From<&'a str> for Expr<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Expr<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Expr<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<Cow<'a, str>> for Expr<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Data<'_>> for Expr<'a> {
    fn from(data: &'a Data<'_>) -> Self {
        match data {
            Data::Null => Self::Null,
            Data::Bool(value) => Self::Bool(*value),
            Data::Int(value) => Self::Int(*value),
            Data::Float(value) => Self::Raw(float(*value).into()),
            Data::Text(text) => Self::Text(Cow::Borrowed(text)),
            Data::List(items) => Self::list(items),
            Data::Map(map) => Self::object(map.iter()),
        }
    }
}

impl<'a> Block<'a> {
    /// An empty block without labels. The kind is an identifier.
    pub fn new(kind: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: kind.into(), labels: Vec::new(), body: Vec::new() }
    }

    /// Adds a label: a name. One with quotes, backslashes, `$` or `%` is right for Terraform, but
    /// `terraform fmt` drops it.
    #[must_use]
    pub fn label(mut self, label: impl Into<Cow<'a, str>>) -> Self {
        self.labels.push(label.into());
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attr(self, name: impl Into<Cow<'a, str>>, value: impl Into<Expr<'a>>) -> Self {
        self.item(Item::Attr(name.into(), value.into()))
    }

    /// Adds an attribute if there is a value.
    #[must_use]
    pub fn attr_some<E: Into<Expr<'a>>>(self, name: impl Into<Cow<'a, str>>, value: Option<E>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(self, block: Self) -> Self {
        self.item(Item::Block(block))
    }

    /// Adds a comment.
    #[must_use]
    pub fn comment(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.item(Item::Comment(text.into()))
    }

    /// Adds an empty line.
    #[must_use]
    pub fn blank(self) -> Self {
        self.item(Item::Blank)
    }

    /// Adds any item.
    #[must_use]
    pub fn item(mut self, item: Item<'a>) -> Self {
        self.body.push(item);
        self
    }
}

impl<'a> From<Block<'a>> for Item<'a> {
    fn from(block: Block<'a>) -> Self {
        Self::Block(block)
    }
}

impl<'a> Item<'a> {
    /// An attribute.
    pub fn attr(name: impl Into<Cow<'a, str>>, value: impl Into<Expr<'a>>) -> Self {
        Self::Attr(name.into(), value.into())
    }

    /// A comment.
    pub fn comment(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Comment(text.into())
    }
}

/// Appends the items as the text of a file (or of a part of one): whole lines.
pub fn body(items: &[Item<'_>], out: &mut String) {
    Printer { out, scratch: String::new() }.body(items, 0);
}

/// Appends one expression on one line, without a line break.
pub fn expression(value: &Expr<'_>, out: &mut String) {
    inline(value, out);
}

/// Appends `text` as the inside of a quoted string: what a template puts between quotes.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text.char_indices().peekable();
    let mut plain_from = 0;
    while let Some((at, character)) = rest.next() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '$' | '%' => {
                // Only the sign right before the brace is doubled: `$${` would else lose one.
                if rest.peek().is_some_and(|(_, next)| *next == '{') {
                    out.push_str(&text[plain_from..=at]);
                    plain_from = at;
                }
                continue;
            }
            ' '..='~' => continue,
            other if !other.is_control() && !is_deceptive(other) => continue,
            _ => "",
        };
        out.push_str(&text[plain_from..at]);
        plain_from = at + character.len_utf8();
        if escape.is_empty() {
            unicode_escape(character, out);
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[plain_from..]);
}

fn unicode_escape(character: char, out: &mut String) {
    let code = u32::from(character);
    // Writing into a string cannot fail.
    let _ = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
}

/// Appends `text` in quotes, only of ASCII on demand.
fn quoted(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    if ascii && !text.is_ascii() {
        for piece in text.split_inclusive(|character: char| !character.is_ascii()) {
            let wide = piece.chars().next_back().filter(|last| !last.is_ascii());
            escape(&piece[..piece.len() - wide.map_or(0, char::len_utf8)], out);
            if let Some(wide) = wide {
                unicode_escape(wide, out);
            }
        }
    } else {
        escape(text, out);
    }
    out.push('"');
}

/// Whether `text` is an identifier of HCL (of ASCII).
fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Whether `text` is what [`Expr::Raw`] is for.
fn is_reference(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.split_once('.').is_some_and(|(whole, part)| is_number(whole) && is_number(part)) {
        return true;
    }
    let is_name_end = |character: char| matches!(character, '.' | '[');
    let name_end = text.find(is_name_end).unwrap_or(text.len());
    let (root, mut rest) = text.split_at(name_end);
    if !is_identifier(root) {
        return false;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let (name, more) = after.split_at(after.find(is_name_end).unwrap_or(after.len()));
            if name != "*" && !is_identifier(name) {
                return false;
            }
            rest = more;
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let Some(end) = closing_quote(after) else { return false };
            let Some(more) = after[end..].strip_prefix("\"]") else { return false };
            rest = more;
        } else if let Some((index, more)) = rest.strip_prefix('[').and_then(|after| split_at_closing(after)) {
            if index != "*" && !is_number(index) && !is_reference(index) {
                return false;
            }
            rest = more;
        } else {
            return false;
        }
    }
    true
}

/// Where the string that was opened before `text` ends, if it contains no template.
fn closing_quote(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at),
            b'\\' => {
                bytes.next();
            }
            b'$' | b'%' => {
                let doubled = at > 0 && text.as_bytes()[at - 1] == byte;
                if text[at + 1..].starts_with('{') && !doubled {
                    return None;
                }
            }
            0..0x20 => return None,
            _ => {}
        }
    }
    None
}

/// Splits at the bracket that closes the one before `text`.
fn split_at_closing(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => open += 1,
            b']' if open == 0 => return Some((&text[..at], &text[at + 1..])),
            b']' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Up to here a list or object stands on one line.
const LINE: usize = 80;

struct Printer<'o> {
    out: &'o mut String,
    /// One-line values of the run of attributes that is being aligned, and of those around it.
    scratch: String,
}

/// How a value is printed.
enum Layout {
    /// On the line of its name; its text is this range of the scratch.
    Inline(Range<usize>),
    /// Over several lines.
    Multiline,
}

impl Printer<'_> {
    fn body(&mut self, items: &[Item<'_>], indent: usize) {
        let mut at = 0;
        let mut gap = Gap::Start;
        while let Some(item) = items.get(at) {
            match item {
                Item::Blank => {
                    if !matches!(gap, Gap::Start) {
                        gap = Gap::Wanted;
                    }
                    at += 1;
                }
                Item::Comment(text) => {
                    let leads_block = matches!(
                        items[at..].iter().find(|item| !matches!(item, Item::Comment(_))),
                        Some(Item::Block(_))
                    );
                    self.gap(gap, leads_block);
                    self.comment(text, indent);
                    gap = Gap::AfterComment;
                    at += 1;
                }
                Item::Attr(..) => {
                    self.gap(gap, false);
                    let end = items[at..].iter().position(|item| !matches!(item, Item::Attr(..)));
                    let run = &items[at..end.map_or(items.len(), |end| at + end)];
                    let pairs = run.iter().filter_map(|item| match item {
                        Item::Attr(name, value) => Some((name.as_ref(), value)),
                        _ => None,
                    });
                    self.pairs(pairs, indent, |name, out| {
                        debug_assert!(is_identifier(name), "{name:?} is no attribute's name");
                        out.push_str(name);
                    });
                    gap = Gap::AfterLine;
                    at += run.len();
                }
                Item::Block(block) => {
                    self.gap(gap, true);
                    self.block(block, indent);
                    gap = Gap::AfterBlock;
                    at += 1;
                }
            }
        }
    }

    fn gap(&mut self, gap: Gap, before_block: bool) {
        let blank = match gap {
            Gap::Start | Gap::AfterComment => false,
            Gap::AfterLine => before_block,
            Gap::AfterBlock | Gap::Wanted => true,
        };
        if blank {
            self.out.push('\n');
        }
    }

    fn comment(&mut self, text: &str, indent: usize) {
        for line in text.split(['\n', '\r']) {
            self.indent(indent);
            let start = self.out.len();
            self.out.push_str("# ");
            self.out.extend(line.chars().map(|character| {
                if character.is_control() || is_deceptive(character) { ' ' } else { character }
            }));
            let kept = start + self.out[start..].trim_end().len();
            self.out.truncate(kept);
            self.out.push('\n');
        }
    }

    fn block(&mut self, block: &Block<'_>, indent: usize) {
        debug_assert!(is_identifier(&block.kind), "{:?} is no block's kind", block.kind);
        self.indent(indent);
        self.out.push_str(&block.kind);
        for label in &block.labels {
            self.out.push(' ');
            quoted(label, false, self.out);
        }
        self.out.push_str(" {");
        if !block.body.is_empty() {
            self.out.push('\n');
            self.body(&block.body, indent + 2);
            self.indent(indent);
        }
        self.out.push_str("}\n");
    }

    /// Prints `name = value` lines; the equals signs of neighbours that take one line each stand below one another.
    fn pairs<'e, 'a: 'e>(
        &mut self,
        pairs: impl Iterator<Item = (&'e str, &'e Expr<'a>)>,
        indent: usize,
        print_name: impl Fn(&str, &mut String) + Copy,
    ) {
        let mut run = Vec::new();
        let mark = self.scratch.len();
        for (name, value) in pairs {
            let start = self.scratch.len();
            print_name(name, &mut self.scratch);
            let name_end = self.scratch.len();
            match self.layout(value, indent + (name_end - start) + " = ".len()) {
                Layout::Inline(value) => run.push((start..name_end, value)),
                Layout::Multiline => {
                    self.aligned(&run, indent);
                    run.clear();
                    self.indent(indent);
                    self.out.push_str(&self.scratch[start..name_end]);
                    self.out.push_str(" = ");
                    self.multiline(value, indent);
                    self.out.push('\n');
                }
            }
        }
        self.aligned(&run, indent);
        self.scratch.truncate(mark);
    }

    fn aligned(&mut self, run: &[(Range<usize>, Range<usize>)], indent: usize) {
        // Names are of ASCII: a byte is a column.
        let width = run.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in run {
            self.indent(indent);
            self.out.push_str(&self.scratch[name.clone()]);
            self.indent(width - name.len());
            self.out.push_str(" = ");
            self.out.push_str(&self.scratch[value.clone()]);
            self.out.push('\n');
        }
    }

    /// Decides how `value` is printed behind `column` characters, and prints it to the scratch if on one line.
    fn layout(&mut self, value: &Expr<'_>, column: usize) -> Layout {
        let value = unwrapped(value);
        let start = self.scratch.len();
        if !fits_one_line(value) {
            return Layout::Multiline;
        }
        inline(value, &mut self.scratch);
        let can_break = match value {
            Expr::List(items) => !items.is_empty(),
            Expr::Object(entries) => !entries.is_empty(),
            Expr::Call(_, arguments) => !arguments.is_empty(),
            _ => false,
        };
        if can_break && column + self.scratch[start..].chars().count() > LINE {
            self.scratch.truncate(start);
            return Layout::Multiline;
        }
        Layout::Inline(start..self.scratch.len())
    }

    /// Prints `value`, which [`Self::layout`] found too long for a line, from the current column on.
    fn multiline(&mut self, value: &Expr<'_>, indent: usize) {
        match unwrapped(value) {
            Expr::List(items) => {
                self.out.push_str("[\n");
                self.items(items, indent + 2);
                self.indent(indent);
                self.out.push(']');
            }
            Expr::Object(entries) => {
                self.out.push_str("{\n");
                self.pairs(entries.iter().map(|(key, value)| (key.as_ref(), value)), indent + 2, object_key);
                self.indent(indent);
                self.out.push('}');
            }
            Expr::Call(function, arguments) => {
                function_name(function, self.out);
                self.out.push('(');
                if let [only] = arguments.as_slice()
                    && matches!(unwrapped(only), Expr::List(_) | Expr::Object(_) | Expr::Call(..))
                {
                    self.multiline(only, indent);
                } else {
                    self.out.push('\n');
                    self.items(arguments, indent + 2);
                    self.indent(indent);
                }
                self.out.push(')');
            }
            other => inline(other, self.out),
        }
    }

    fn items(&mut self, items: &[Expr<'_>], indent: usize) {
        for item in items {
            self.indent(indent);
            match self.layout(item, indent) {
                Layout::Inline(text) => {
                    self.out.push_str(&self.scratch[text.clone()]);
                    self.scratch.truncate(text.start);
                }
                Layout::Multiline => self.multiline(item, indent),
            }
            self.out.push_str(",\n");
        }
    }

    fn indent(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }
}

/// What stands above the next line.
#[derive(Clone, Copy)]
enum Gap {
    Start,
    AfterLine,
    AfterComment,
    AfterBlock,
    Wanted,
}

/// The expression alone, where a template consists of nothing else: `terraform fmt` removes `"${` and `}"`.
fn unwrapped<'e, 'a>(value: &'e Expr<'a>) -> &'e Expr<'a> {
    if let Expr::Template(parts) = value {
        let mut filled = parts.iter().filter(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        if let (Some(Part::Expr(only)), None) = (filled.next(), filled.next()) {
            return unwrapped(only);
        }
    }
    value
}

/// Whether a list or object of nothing but such values reads well on one line.
fn is_scalar(value: &Expr<'_>) -> bool {
    match unwrapped(value) {
        Expr::List(items) => items.is_empty(),
        Expr::Object(entries) => entries.is_empty(),
        Expr::Call(_, arguments) => arguments.iter().all(is_scalar),
        _ => true,
    }
}

/// Whether no list or object in it asks for lines of its own.
fn fits_one_line(value: &Expr<'_>) -> bool {
    match unwrapped(value) {
        Expr::List(items) => items.iter().all(is_scalar),
        Expr::Object(entries) => entries.iter().all(|(_, value)| is_scalar(value)),
        Expr::Call(_, arguments) => arguments.iter().all(fits_one_line),
        _ => true,
    }
}

fn inline(value: &Expr<'_>, out: &mut String) {
    match unwrapped(value) {
        Expr::Null => out.push_str("null"),
        Expr::Bool(true) => out.push_str("true"),
        Expr::Bool(false) => out.push_str("false"),
        Expr::Int(number) => {
            // Writing into a string cannot fail.
            let _ = write!(out, "{number}");
        }
        Expr::Text(text) => quoted(text, false, out),
        Expr::Raw(reference) => {
            debug_assert!(is_reference(reference), "{reference:?} is no reference");
            out.push_str(reference);
        }
        Expr::List(items) => {
            out.push('[');
            separated(items, out);
            out.push(']');
        }
        Expr::Object(entries) if entries.is_empty() => out.push_str("{}"),
        Expr::Object(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "{ " } else { ", " });
                object_key(key, out);
                out.push_str(" = ");
                inline(value, out);
            }
            out.push_str(" }");
        }
        Expr::Template(parts) => template(parts, out),
        Expr::Call(function, arguments) => {
            function_name(function, out);
            out.push('(');
            separated(arguments, out);
            out.push(')');
        }
    }
}

fn separated(items: &[Expr<'_>], out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        inline(item, out);
    }
}

fn template(parts: &[Part<'_>], out: &mut String) {
    out.push('"');
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => match text.strip_suffix(['$', '%']) {
                // Before `${` of the next part, the sign would make an escape of it.
                Some(before) if index + 1 < parts.len() => {
                    escape(before, out);
                    unicode_escape(if text.ends_with('$') { '$' } else { '%' }, out);
                }
                _ => escape(text, out),
            },
            // `terraform fmt` moves a minus sign away from its number here.
            Part::Expr(value @ (Expr::Int(_) | Expr::Bool(_))) => inline(value, out),
            Part::Expr(value) => {
                out.push_str("${");
                inline(value, out);
                out.push('}');
            }
        }
    }
    out.push('"');
}

fn function_name(name: &str, out: &mut String) {
    debug_assert!(is_identifier(name), "{name:?} is no function's name");
    out.push_str(name);
}

fn object_key(key: &str, out: &mut String) {
    // `for` would begin a comprehension; the others read as values.
    if is_identifier(key) && !matches!(key, "for" | "in" | "if" | "null" | "true" | "false") {
        out.push_str(key);
    } else {
        quoted(key, true, out);
    }
}

#[cfg(test)]
mod tests;
