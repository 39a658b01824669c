//! One writer per output format, over [structured data](data).

pub mod data;
pub mod text;
pub mod yaml;
