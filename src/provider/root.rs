//! Terraform roots as data, so that a cloud says what it needs and one back end prints it.

use crate::source::At;

/// A root module: one directory with one state.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    /// Its directory below Terraform's, such as `environments/production`.
    pub path: String,
    /// What it is for.
    pub kind: Kind,
    /// What a reader should know first.
    pub about: String,
    /// Where its state is kept; `None` for the working directory.
    pub state: Option<StateBackend>,
    /// The providers that it uses.
    pub providers: Vec<ProviderBlock>,
    /// What may be set from outside.
    pub variables: Vec<Variable>,
    /// Values that are made anew in every run and never stored.
    pub ephemerals: Vec<Ephemeral>,
    /// What it makes.
    pub modules: Vec<ModuleCall>,
    /// What it hands out.
    pub outputs: Vec<Output>,
}

/// What a [`Root`] is for; roots are applied in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Makes the bucket for the state of all others.
    Bootstrap,
    /// Things that exist once.
    Platform,
    /// A cluster that several environments share.
    Cluster,
    /// An environment, with its cluster if no other environment is in it.
    Environment,
}

/// Where state is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StateBackend {
    /// The name of Terraform's backend, such as `s3`.
    pub kind: &'static str,
    /// What a reader should know.
    pub about: String,
    /// Its settings.
    pub settings: Vec<(&'static str, Value)>,
    /// Environment variables that Terraform needs to reach it.
    pub environment: Vec<(&'static str, Setting)>,
    /// The place in the spec.
    pub origin: At,
}

/// What an environment variable is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// This text.
    Text(&'static str),
    /// An output of the bootstrap root.
    Bootstrap(&'static str),
}

/// A provider's configuration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProviderBlock {
    /// Its local name, such as `linode`.
    pub name: &'static str,
    /// Its address, such as `linode/linode`.
    pub source: &'static str,
    /// The versions that are accepted.
    pub version: &'static str,
    /// What a reader should know.
    pub about: String,
    /// The environment variables that it reads its credentials from.
    pub credentials: &'static [&'static str],
    /// Its settings.
    pub settings: Vec<(&'static str, Value)>,
    /// Its blocks, each with its settings.
    pub blocks: Vec<(&'static str, Vec<(&'static str, Value)>)>,
    /// The name by which module calls choose it; `None` for the one that they get by themselves.
    pub alias: Option<String>,
}

/// An ephemeral resource: a value that Terraform makes in every run and writes into no state or plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Ephemeral {
    /// Its type, such as `random_password`.
    pub kind: &'static str,
    /// Its name in the root, an identifier.
    pub name: String,
    /// Its settings.
    pub settings: Vec<(&'static str, Value)>,
    /// The place in the spec.
    pub origin: At,
}

/// An input variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its type in Terraform's language, such as `string` or `list(string)`.
    pub kind: Type,
    /// What it is and where its value comes from.
    pub description: String,
    /// Its value if none is given; a variable without must be set.
    pub default: Option<Value>,
    /// A value that shows the form, for the example file.
    pub example: Value,
    /// The place in the spec that asks for it.
    pub origin: At,
}

/// The type of a [`Variable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A list of texts.
    TextList,
    /// Texts by name.
    TextMap,
}

/// A call of a module.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModuleCall {
    /// Its name in the root, an identifier.
    pub name: String,
    /// The module's directory below `modules`, such as `linode/cluster`.
    pub module: String,
    /// What a reader should know.
    pub comment: Option<String>,
    /// The variable without which nothing is made.
    pub only_with: Option<&'static str>,
    /// The provider that it works with, by alias; `None` for the root's own.
    pub provider: Option<ProviderAlias>,
    /// Calls that must be finished before, besides those whose outputs it reads.
    pub after: Vec<String>,
    /// The name that it had before: what exists under it is moved, not made anew.
    pub former: Option<String>,
    /// Its arguments: only what differs from the module's defaults.
    pub arguments: Vec<(&'static str, Value)>,
    /// The place in the spec.
    pub origin: At,
}

/// A provider's configuration that a module call chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderAlias {
    /// The provider's local name.
    pub name: &'static str,
    /// The alias.
    pub alias: String,
}

/// An output of a root.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its name, an identifier.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its value.
    pub value: Value,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    /// The place in the spec.
    pub origin: At,
}

/// A value, or where one comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text as it is, whatever it contains.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, in the order in which it is printed.
    Map(Vec<(String, Self)>),
    /// The value of a variable of the root.
    Variable(&'static str),
    /// An entry of a variable of the root that holds texts by name: the variable, the entry.
    Element(&'static str, String),
    /// An output of a module that the root calls: the call's name, the output's name.
    Output(String, &'static str),
    /// The value of a variable that the back end made of a value.
    Given(String),
    /// An attribute of an ephemeral resource of the root: its type, its name, the attribute.
    Ephemeral(&'static str, String, &'static str),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// An object.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Whether the value, or one in it, is that of a variable.
    #[must_use]
    pub fn reads(&self, variable: &str) -> bool {
        match self {
            Self::Variable(name) | Self::Element(name, _) => *name == variable,
            Self::List(items) => items.iter().any(|item| item.reads(variable)),
            Self::Map(entries) => entries.iter().any(|(_, value)| value.reads(variable)),
            _ => false,
        }
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl Root {
    /// A root in which nothing is yet.
    pub(super) fn new(
        path: String,
        kind: Kind,
        state: Option<StateBackend>,
        provider: ProviderBlock,
    ) -> Self {
        Self {
            path,
            kind,
            about: String::new(),
            state,
            providers: vec![provider],
            variables: Vec::new(),
            ephemerals: Vec::new(),
            modules: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Keeps the variables that a module call reads, so that none is declared in vain.
    pub(super) fn keep_used_variables(&mut self) {
        let modules = &self.modules;
        self.variables.retain(|variable| {
            modules.iter().any(|call| {
                call.only_with == Some(variable.name)
                    || call.arguments.iter().any(|(_, value)| value.reads(variable.name))
            })
        });
    }
}
