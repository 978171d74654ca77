use super::*;
use proptest::prelude::*;

fn head(start: u64, end: u64) -> EntriesHead {
    EntriesHead { origin: "log.example/a".into(), start, end, ticket: vec![7, 8] }
}

#[test]
fn the_head_has_the_bytes_of_the_specification() {
    let bytes = head(3, 0x0102).to_bytes().unwrap();
    let expected: Vec<u8> = [
        &[0, 13][..],
        b"log.example/a",
        &[0, 0, 0, 0, 0, 0, 0, 3],
        &[0, 0, 0, 0, 0, 0, 1, 2],
        &[0, 2, 7, 8],
    ]
    .concat();
    assert_eq!(bytes, expected);
    assert_eq!(EntriesHead::read(&bytes), Ok(Some((head(3, 0x0102), bytes.len()))));
    for cut in 0..bytes.len() {
        assert_eq!(EntriesHead::read(&bytes[..cut]), Ok(None), "{cut}");
    }
    let reversed = head(4, 3).to_bytes().unwrap();
    assert_eq!(EntriesHead::read(&reversed), Err(AddEntriesError::Range { start: 4, end: 3 }));
    assert_eq!(EntriesHead::read(&[0, 1, 0xff]), Err(AddEntriesError::Origin));
    let long = EntriesHead { origin: "x".repeat(65_536), ..head(0, 0) };
    assert!(matches!(long.to_bytes(), Err(AddEntriesError::TooLong { bytes: 65_536, .. })));
}

#[test]
fn packages_are_cut_where_bundles_are() {
    let packages = |start, end| {
        head(start, end).packages().map(|range| (range.start, range.end)).collect::<Vec<_>>()
    };
    assert_eq!(packages(0, 0), []);
    assert_eq!(packages(700, 700), []);
    assert_eq!(packages(0, 1), [(0, 1)]);
    assert_eq!(packages(0, 256), [(0, 256)]);
    assert_eq!(packages(255, 257), [(255, 256), (256, 257)]);
    assert_eq!(packages(300, 800), [(300, 512), (512, 768), (768, 800)]);
    assert_eq!(packages(u64::MAX - 1, u64::MAX), [(u64::MAX - 1, u64::MAX)]);
    assert_eq!((subtree_start(0), subtree_start(255), subtree_start(700)), (0, 0, 512));
}

#[test]
fn a_package_is_entries_and_a_proof() {
    let hash = NodeHash::from_bytes([9; 32]);
    let package = Package { entries: vec![b"ab".to_vec(), Vec::new()], proof: vec![hash] };
    let bytes = package.to_bytes().unwrap();
    assert_eq!(bytes[..7], [0, 2, b'a', b'b', 0, 0, 1]);
    assert_eq!(bytes[7..], [9; 32]);
    for cut in 0..bytes.len() {
        assert_eq!(Package::read(&bytes[..cut], 2), Ok(None), "{cut}");
    }
    assert_eq!(Package::read(&bytes, 2), Ok(Some((package.clone(), bytes.len()))));
    let longer = [bytes.as_slice(), b"more"].concat();
    assert_eq!(Package::read(&longer, 2), Ok(Some((package, bytes.len()))));
    assert_eq!(Package::read(&[64], 0), Err(AddEntriesError::TooManyHashes(64)));
    let proof = vec![hash; 64];
    assert!(Package { entries: Vec::new(), proof }.to_bytes().is_err());
    let entry = vec![0; 65_536];
    assert!(Package { entries: vec![entry], proof: Vec::new() }.to_bytes().is_err());
}

#[test]
fn how_to_go_on_is_three_lines() {
    let info = MirrorInfo { size: 700, next: 512, ticket: b"t".to_vec() };
    assert_eq!(info.to_text(), "700\n512\ndA==\n");
    assert_eq!(MirrorInfo::parse(info.to_text().as_bytes()), Some(info));
    let none = MirrorInfo { size: 0, next: 0, ticket: Vec::new() };
    assert_eq!(MirrorInfo::parse(b"0\n0\n\n"), Some(none));
    let most = MirrorInfo { size: u64::MAX, next: u64::MAX, ticket: vec![1; 65_535] };
    assert_eq!(most.to_text().len(), INFO_MAX);
    assert_eq!(MirrorInfo::parse(most.to_text().as_bytes()), Some(most.clone()));
    let more = MirrorInfo { ticket: vec![1; 65_536], ..most };
    assert_eq!(MirrorInfo::parse(more.to_text().as_bytes()), None);
    for bad in
        ["", "1\n", "1\n2\n", "1\n2\n\nx", "01\n2\n\n", "1\n2\n=\n", "1\r\n2\n\n", "1\n-2\n\n"]
    {
        assert_eq!(MirrorInfo::parse(bad.as_bytes()), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), count in 0..300_u64) {
        let _read = EntriesHead::read(&bytes);
        if let Ok(Some((package, taken))) = Package::read(&bytes, count) {
            prop_assert_eq!(package.to_bytes().unwrap(), &bytes[..taken]);
        }
        let _parsed = MirrorInfo::parse(&bytes);
    }
}
