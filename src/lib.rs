//! `platc` compiles one `platform.yaml` into the files that the real tools read.
#![allow(missing_docs)]

pub mod backend;
pub mod catalog;
pub mod diag;
pub mod format;
pub mod inputs;
pub mod model;
pub mod names;
pub mod plan;
pub mod provider;
pub mod source;
pub mod syntax;
pub mod tree;
pub mod units;
pub mod write;
