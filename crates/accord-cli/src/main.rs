//! The command-line tool accord.
fn main() {}
