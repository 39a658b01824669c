//! Text to a tree of values with exact spans: the only part that knows YAML.

mod document;
mod origins;
pub mod scalar;
mod yaml;

pub use document::{Document, Kind, Node, Style};
pub use origins::Origins;
pub use yaml::{LIMITS, Limits, parse};
