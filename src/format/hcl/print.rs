//! Lays expressions and blocks out as `terraform fmt` does.

use std::fmt::Write as _;
use std::ops::Range;

use super::text::{escape, is_identifier, is_reference, quoted, unicode_escape};
use super::{Block, Expr, Item, Part};
use crate::format::text::is_deceptive;

/// Appends the items as the text of a file (or of a part of one): whole lines.
pub fn body(items: &[Item<'_>], out: &mut String) {
    Printer { out, scratch: String::new() }.body(items, 0);
}

/// Appends one expression on one line, without a line break.
pub fn expression(value: &Expr<'_>, out: &mut String) {
    inline(value, out);
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
