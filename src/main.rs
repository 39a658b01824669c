//! The `platc` command.
fn main() {}
