//! The terraform back end: roots as HCL, and the modules that they call.

mod modules;
mod values;

use std::borrow::Cow;

use super::Backend;
use crate::format::hcl::{self, Block, Expr, Item};
use crate::names;
use crate::plan::{Plan, TerraformValues};
use crate::provider;
use crate::provider::root::{Kind, ModuleCall, Output, Root, StateBackend, Type, Value, Variable};
use crate::source::At;
use crate::tree::{Chunk, File, FileTree};

/// The terraform back end.
pub(super) struct Terraform;

const NAME: &str = "terraform";
/// The oldest Terraform whose S3 backend and validations the output was tried with.
const REQUIRED_VERSION: &str = ">= 1.11";
/// What must not get into Git: the bootstrap root keeps its state, with a secret key, beside its files.
const GITIGNORE: &str = ".terraform/\n*.tfstate\n*.tfstate.*\n*.tfplan\ncrash*.log\n";

impl Backend for Terraform {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let base = plan.paths.terraform.value.as_str();
        let mut roots = provider::roots(plan);
        let in_files = plan.terraform_values.value == TerraformValues::Tfvars;
        let mut tree = FileTree::new();
        if roots.is_empty() {
            return tree;
        }
        tree.scaffold(NAME, format!("{base}/.gitignore"), GITIGNORE.to_owned());
        for root in &mut roots {
            let lifted =
                if in_files && root.kind == Kind::Environment { values::lift(root) } else { Vec::new() };
            add_root(&mut tree, &format!("{base}/{}", root.path), root, &lifted);
        }
        let called = roots.iter().flat_map(|root| &root.modules).map(|call| call.module.as_str());
        for (path, text) in modules::files(called) {
            tree.add(NAME, format!("{base}/modules/{path}"), text.to_owned(), None);
        }
        tree
    }
}

fn add_root(tree: &mut FileTree<'_>, path: &str, root: &Root, lifted: &[values::Lifted]) {
    let mut add = |name: &str, sheet: Sheet| {
        let file = File::generated(NAME, sheet.chunks);
        tree.insert(format!("{path}/{name}"), file);
    };
    add("versions.tf", versions(root));
    if let Some(state) = &root.state {
        add("backend.tf", backend(state));
    }
    add("providers.tf", providers(root));
    if !root.variables.is_empty() || !lifted.is_empty() {
        let mut sheet = Sheet::new();
        for variable in &root.variables {
            sheet.push(&[declaration(variable).into()], Some(variable.origin));
        }
        values::declare(&mut sheet, lifted);
        add("variables.tf", sheet);
    }
    if !lifted.is_empty() {
        add("terraform.tfvars", values::sheet(lifted));
    }
    let mut main = Sheet::new();
    main.push(&[comment(&root.about)], None);
    for ephemeral in &root.ephemerals {
        let block = Block::new("ephemeral").label(ephemeral.kind).label(&ephemeral.name);
        main.push(&[with_settings(block, &ephemeral.settings).into()], Some(ephemeral.origin));
    }
    for call in &root.modules {
        let call_block = module_call(&root.path, call);
        match &call.comment {
            Some(text) => main.push(&[comment(text), call_block.into()], Some(call.origin)),
            None => main.push(&[call_block.into()], Some(call.origin)),
        }
    }
    for call in &root.modules {
        if let Some(former) = &call.former {
            main.push(&[moved(former, &call.name).into()], Some(call.origin));
        }
    }
    add("main.tf", main);
    if !root.outputs.is_empty() {
        let mut sheet = Sheet::new();
        for output in &root.outputs {
            sheet.push(&[output_block(output).into()], Some(output.origin));
        }
        add("outputs.tf", sheet);
    }
    if !root.variables.is_empty() {
        let own = if lifted.is_empty() { "terraform.tfvars" } else { "own.auto.tfvars" };
        tree.scaffold(NAME, format!("{path}/terraform.tfvars.example"), example(root, own));
    }
}

/// A file in the making: the banner, then pieces with a blank line before each.
struct Sheet {
    chunks: Vec<Chunk>,
}

impl Sheet {
    fn new() -> Self {
        Self { chunks: vec![Chunk { text: format!("# {}\n", names::BANNER), origin: None }] }
    }

    fn push(&mut self, items: &[Item<'_>], origin: Option<At>) {
        let mut text = String::from("\n");
        hcl::body(items, &mut text);
        self.chunks.push(Chunk { text, origin });
    }
}

fn versions(root: &Root) -> Sheet {
    let distinct = root.providers.iter().filter(|provider| provider.alias.is_none());
    let required = distinct.fold(Block::new("required_providers"), |block, provider| {
        block.item(Item::attr(
            provider.name,
            Expr::object([
                ("source", Expr::from(provider.source)),
                ("version", Expr::from(provider.version)),
            ]),
        ))
    });
    let mut sheet = Sheet::new();
    let block = Block::new("terraform").attr("required_version", REQUIRED_VERSION).block(required);
    sheet.push(&[block.into()], None);
    sheet
}

fn backend(state: &StateBackend) -> Sheet {
    let backend = with_settings(Block::new("backend").label(state.kind), &state.settings);
    let block = Block::new("terraform").item(comment(&state.about)).block(backend);
    let mut sheet = Sheet::new();
    sheet.push(&[block.into()], Some(state.origin));
    sheet
}

fn providers(root: &Root) -> Sheet {
    let mut sheet = Sheet::new();
    for provider in &root.providers {
        let block = Block::new("provider").label(provider.name);
        let block = block.attr_some("alias", provider.alias.as_deref());
        let mut block = with_settings(block, &provider.settings);
        for (name, settings) in &provider.blocks {
            block = block.block(with_settings(Block::new(*name), settings));
        }
        sheet.push(&[comment(&provider.about), block.into()], None);
    }
    sheet
}

/// What exists under a former name is the same thing.
fn moved(from: &str, to: &str) -> Block<'static> {
    Block::new("moved").attr("from", Expr::path("module", &[from])).attr("to", Expr::path("module", &[to]))
}

fn with_settings<'a>(block: Block<'a>, settings: &'a [(&'static str, Value)]) -> Block<'a> {
    settings.iter().fold(block, |block, (name, value)| block.attr(*name, expression(value)))
}

fn declaration(variable: &Variable) -> Block<'_> {
    let kind = match variable.kind {
        Type::Text => Expr::raw("string"),
        Type::Number => Expr::raw("number"),
        Type::TextList => Expr::call("list", [Expr::raw("string")]),
        Type::TextMap => Expr::call("map", [Expr::raw("string")]),
    };
    Block::new("variable")
        .label(variable.name)
        .attr("description", &variable.description)
        .attr("type", kind)
        .attr_some("default", variable.default.as_ref().map(expression))
}

fn module_call<'a>(root: &str, call: &'a ModuleCall) -> Block<'a> {
    let up = "../".repeat(root.split('/').count());
    let block = Block::new("module").label(&call.name).attr("source", format!("{up}modules/{}", call.module));
    let block = match call.only_with {
        // `[*]` makes a list of one of a value and an empty one of null.
        Some(variable) => {
            block.attr("count", Expr::call("length", [Expr::Raw(Cow::Owned(format!("var.{variable}[*]")))]))
        }
        None => block,
    };
    let block = match &call.provider {
        Some(provider) => {
            let chosen = Expr::Raw(Cow::Owned(format!("{}.{}", provider.name, provider.alias)));
            block.attr("providers", Expr::object([(provider.name, chosen)]))
        }
        None => block,
    };
    let block = with_settings(block.blank(), &call.arguments);
    if call.after.is_empty() {
        return block;
    }
    let earlier = call.after.iter().map(|name| Expr::path("module", &[name]));
    block.blank().attr("depends_on", Expr::list(earlier))
}

fn output_block(output: &Output) -> Block<'_> {
    let block = Block::new("output")
        .label(&output.name)
        .attr("description", &output.description)
        .attr("value", expression(&output.value));
    if output.sensitive { block.attr("sensitive", true) } else { block }
}

fn expression(value: &Value) -> Expr<'_> {
    match value {
        Value::Null => Expr::Null,
        Value::Bool(value) => Expr::Bool(*value),
        Value::Int(number) => Expr::Int(*number),
        Value::Text(text) => Expr::from(text),
        Value::List(items) => Expr::list(items.iter().map(expression)),
        Value::Map(entries) => {
            Expr::object(entries.iter().map(|(key, value)| (key.as_str(), expression(value))))
        }
        Value::Variable(name) => Expr::path("var", &[name]),
        Value::Element(name, entry) => {
            // A key of the spec: nothing in it means anything to HCL.
            Expr::Raw(Cow::Owned(format!("var.{name}[\"{entry}\"]")))
        }
        Value::Output(call, output) => Expr::path("module", &[call, output]),
        Value::Given(name) => Expr::path("var", &[name]),
        Value::Ephemeral(kind, name, attribute) => Expr::path("ephemeral", &[kind, name, attribute]),
    }
}

/// The variables of a root with values that show their form; those that have a default are left out.
fn example(root: &Root, own: &str) -> String {
    let mut items = vec![comment(&format!("Copy to {own} and set what has no default."))];
    for variable in &root.variables {
        items.push(Item::Blank);
        items.push(comment(&variable.description));
        let value = expression(&variable.example);
        items.push(if variable.default.is_none() {
            Item::attr(variable.name, value)
        } else {
            let mut line = format!("{} = ", variable.name);
            hcl::expression(&value, &mut line);
            Item::comment(line)
        });
    }
    let mut text = String::new();
    hcl::body(&items, &mut text);
    text
}

/// A comment in lines that a reviewer need not scroll.
fn comment(text: &str) -> Item<'static> {
    const WIDTH: usize = 110;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for word in line.split_inclusive(' ') {
            if !current.is_empty() && current.chars().count() + word.trim_end().chars().count() > WIDTH {
                lines.push(std::mem::take(&mut current));
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    Item::comment(lines.join("\n"))
}
