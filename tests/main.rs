//! End-to-end tests, all in one binary; one file a theme.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails fails its test, and a test that is skipped says so"
)]

mod architecture;
mod bad_input;
mod damage;
mod documents;
mod evidence;
mod federation;
mod fuzz_corpus;
mod interop;
mod kill;
mod mirror;
mod operator;
mod publication;
mod quorum;
mod readme;
mod scenarios;
mod witness;

/// A test file that nobody names here would never run.
#[test]
fn no_test_file_is_forgotten() {
    let own = include_str!("main.rs");
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for item in std::fs::read_dir(directory).unwrap() {
        let name = item.unwrap().file_name().into_string().unwrap();
        let Some(theme) = name.strip_suffix(".rs") else { continue };
        let known = theme == "main" || theme == "lib" || own.contains(&format!("\nmod {theme};\n"));
        assert!(known, "main.rs does not name {name}");
    }
}
