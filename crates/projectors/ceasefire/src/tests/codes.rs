//! The family says the codes that it declares, and no others.

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<crate::Ceasefires>(sources);
}
