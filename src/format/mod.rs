//! One writer per output format, over [structured data](data).

pub mod data;
pub mod hcl;
pub mod jinja;
pub mod json;
pub mod text;
pub mod yaml;
