use super::super::tests::{HASH, checkpoint};
use super::*;
use proptest::prelude::*;

fn request((start, end): (u64, u64), hashes: usize) -> SignSubtree {
    let root = NodeHash::from_bytes([5; 32]);
    let proof = vec![root; hashes];
    SignSubtree { subtree: Subtree { start, end, root }, proof, checkpoint: checkpoint() }
}

fn parse(text: &str) -> Result<SignSubtree, SignSubtreeError> {
    SignSubtree::parse(text.as_bytes())
}

#[test]
fn a_request_is_what_the_specification_shows() {
    let text = request((4, 6), 1).to_text();
    assert_eq!(text, format!("subtree 4 6\n{HASH}\n{HASH}\n\n{}", checkpoint().to_text()));
    assert_eq!(parse(&text), Ok(request((4, 6), 1)));
    for range in [(0, 7), (0, 1), (4, 7), (6, 7)] {
        let most = request(range, PROOF_MAX);
        assert_eq!(parse(&most.to_text()), Ok(most));
    }
}

#[test]
fn malformed_requests_are_refused() {
    use SignSubtreeError as E;
    let note = checkpoint().to_text();
    for first in [
        "",
        "subtree",
        "subtree 4",
        "subtree 4 ",
        "subtree 04 6",
        "subtree 4 06",
        "subtree  4 6",
        "Subtree 4 6",
        "subtree 4 6 ",
        "subtree 4 6 8",
        "subtree -4 6",
        "subtree 4 6\r",
        "old 4",
    ] {
        assert_eq!(parse(&format!("{first}\n{HASH}\n\n{note}")), Err(E::Range), "{first}");
    }
    assert_eq!(parse("subtree 4 18446744073709551616\n"), Err(E::Range));
    for hash in ["", "BQU=", &HASH[1..]] {
        assert_eq!(parse(&format!("subtree 4 6\n{hash}\n\n{note}")), Err(E::Hash(2)), "{hash}");
    }
    assert_eq!(parse(&format!("subtree 4 6\n{HASH}\n{note}")), Err(E::Hash(3)));
    assert_eq!(parse(&format!("subtree 4 6\n{HASH}\n{HASH}")), Err(E::Hash(3)));
    assert_eq!(parse(&request((4, 6), PROOF_MAX + 1).to_text()), Err(E::TooManyHashes));
    assert!(matches!(parse(&format!("subtree 4 6\n{HASH}\n\n")), Err(E::Checkpoint(_))));
    assert_eq!(SignSubtree::parse(b"subtree\n\xff"), Err(E::Utf8(8)));
    for (start, end) in [(0, 0), (4, 4), (5, 4), (2, 5), (1, 3)] {
        let bad = request((start, end), 0).to_text();
        assert_eq!(parse(&bad), Err(E::NoSubtree { start, end }));
    }
    assert_eq!(parse(&request((4, 8), 0).to_text()), Err(E::Beyond { end: 8, size: 7 }));
    let long = format!("subtree 4 6\n{}", "A".repeat(SUBTREE_BODY_MAX));
    assert_eq!(parse(&long), Err(E::TooLong(SUBTREE_BODY_MAX + 12)));
}

proptest! {
    #[test]
    fn what_reads_is_written_alike(text in "(subtree [0-9]{1,2} [0-9]{1,2}\n)?([A-Za-z0-9+/=]{0,44}\n){0,4}\n?") {
        let whole = format!("{text}\n{}", checkpoint().to_text());
        if let Ok(request) = parse(&whole) {
            prop_assert_eq!(request.to_text(), whole);
        }
        let _parsed = parse(&text);
    }
}
