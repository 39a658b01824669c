//! `platc` compiles one `platform.yaml` into the files that the real tools read.
#![allow(missing_docs)]

pub mod backend;
pub mod catalog;
pub mod check;
pub mod diag;
pub mod format;
pub mod inputs;
pub mod model;
pub mod names;
pub mod plan;
pub mod proof;
pub mod provider;
pub mod resolve;
pub mod sizing;
pub mod source;
pub mod syntax;
pub mod tree;
pub mod units;
pub mod words;
pub mod write;
