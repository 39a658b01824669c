//! One writer per output format, over [structured data](data).

pub mod data;
