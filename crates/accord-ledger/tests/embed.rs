//! The example of embedding the ledger does what it says.

#[path = "../examples/embed.rs"]
mod embed;

#[test]
fn the_example_runs_and_leaves_a_ledger_that_verifies() {
    let directory = tempfile::tempdir().unwrap();
    let receipt = embed::run(directory.path()).unwrap();
    assert!(receipt.starts_with("c2sp.org/tlog-proof@v1\n"), "{receipt}");
    // A second ledger in the same place would have overwritten the first.
    assert!(embed::run(directory.path()).unwrap_err().to_string().contains("already"));
}
