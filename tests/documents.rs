//! Documents that show code show the code that is there.

use accord_tests::binary::{repository, run};

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// `docs/families.md` is the guide by which a family is written; the crate it shows is built and
/// tested with the others.
#[test]
fn the_family_in_the_guide_is_the_one_that_is_built() {
    let guide = read("docs/families.md");
    for name in ["event.rs", "lib.rs", "tests.rs"] {
        let path = format!("src/{name}");
        let source = read(&format!("examples/family/{path}"));
        let block = format!("`{path}`:\n\n```rust\n{source}```\n");
        assert!(guide.contains(&block), "docs/families.md does not show examples/family/{path}");
    }
    let workspace = read("Cargo.toml");
    assert!(workspace.contains("\"examples/family\""), "the example is not built");
}

/// `docs/catalogue.md` is what the code says.
#[test]
fn the_catalogue_is_that_of_the_code() {
    let args = ["schema", "--markdown", "--charter", "agreements/twelve-point.toml"];
    let run = run(repository(), &args, b"").exits(0);
    let same = run.out == read("docs/catalogue.md");
    assert!(same, "write it anew: cargo run -- {} > docs/catalogue.md", args.join(" "));
}
