//! `platc` compiles one `platform.yaml` into the files that the real tools read.
#![allow(missing_docs)]

pub mod format;
