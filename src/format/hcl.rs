//! Writes HCL that `terraform fmt` leaves as it is.
//!
//! Text reaches Terraform as this very text: whatever a person wrote into the spec cannot become an
//! interpolation, a directive or another attribute. References are built from names that platc checked.

mod print;
mod text;

use std::borrow::Cow;

use super::data::{Data, float};
use text::{is_identifier, quoted};

pub use print::{body, expression};
pub use text::escape;

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

#[cfg(test)]
mod tests;
