//! Whole files, and whole entries within them.

use super::{assert_named, large, named, other, small, verified};
use accord_format::tile::{TilePath, encode_bundle, parse_bundle};
use accord_store::layout;
use accord_tests::files::Files;
use accord_tests::world::World;

/// A file of the ledger, and what becomes of it.
enum Part {
    Tail,
    Checkpoint,
    /// A tile or bundle that the published size needs.
    Due(TilePath),
    /// One that an older size needed.
    Stale(TilePath),
}

fn parts(world: &World) -> Vec<(String, Part)> {
    let part = |path: &str| match path {
        "private/tail" => Some(Part::Tail),
        "public/checkpoint" => Some(Part::Checkpoint),
        "private/lock" => None,
        tile => {
            let path = TilePath::parse(tile.strip_prefix("public/")?).unwrap();
            let due = TilePath::width_at(path.level.unwrap_or(0), path.index, world.size());
            Some(if path.width == due { Part::Due(path) } else { Part::Stale(path) })
        }
    };
    world.files.paths().filter_map(|p| Some((p.to_owned(), part(p)?))).collect()
}

/// The first entry below a tile or bundle.
fn first_below(path: TilePath) -> u64 {
    path.index << (8 * (path.level.unwrap_or(0) + 1))
}

/// Asserts that entries from `first` on are lost, and that only what follows from it is named.
fn assert_lost(world: &World, what: &str, files: &Files, (code, first): (&'static str, u64)) {
    let rotation = world.marks["checkpoint-rotation"];
    let report = verified(files);
    let found = named(&report);
    assert!(found.contains(&(code, Some(first))), "{what}: {found:?}");
    let excused = |(found, seq): &(&str, Option<u64>)| match (*found, *seq) {
        ("genesis-invalid", Some(0)) => first == 0,
        // Nor is the key known that signs checkpoints from then on, if its rotation is lost.
        ("checkpoint-signature", None) => (first..first + 256).contains(&rotation),
        // Whom the lost entries enrolled is not known.
        ("signer-unknown", Some(seq)) => seq >= first + 256,
        (found, seq) => (found, seq) == (code, Some(first)),
    };
    assert!(found.iter().all(excused), "{what}: {found:?}");
    assert_eq!(report.voids, [], "{what}");
    assert_eq!(report.not_established, Some(first), "{what}");
    assert_eq!(report.root, None, "{what}");
}

#[test]
fn deleted_files() {
    for world in [large(), small()] {
        for (path, part) in parts(world) {
            let files = world.files.without(&path);
            match part {
                Part::Tail => assert_named(&path, &files, &[("tail-malformed", None)]),
                Part::Checkpoint => assert_named(&path, &files, &[("checkpoint-malformed", None)]),
                // Nobody needs them any more.
                Part::Stale(_) => assert_named(&path, &files, &[]),
                Part::Due(tile) if tile.level.is_some() => {
                    assert_named(&path, &files, &[("tile-missing", Some(first_below(tile)))]);
                }
                // The tail still has the entries, but the public no longer does.
                Part::Due(bundle) if bundle.width < 256 => {
                    let first = first_below(bundle);
                    assert_named(&path, &files, &[("entry-missing", Some(first))]);
                }
                Part::Due(bundle) => {
                    assert_lost(world, &path, &files, ("entry-missing", first_below(bundle)));
                }
            }
        }
    }
}

#[test]
fn deleted_runs_are_named_once() {
    let mut files = large().files.clone();
    for bundle in ["002", "003", "004"] {
        files.remove(&format!("public/tile/entries/{bundle}"));
    }
    let report = verified(&files);
    assert_eq!(report.problems[0].code, "entry-missing");
    assert_eq!(report.problems[0].seq, Some(512));
    assert_eq!(report.problems.iter().filter(|p| p.code == "entry-missing").count(), 1);
}

#[test]
fn a_public_copy_alone_is_a_ledger_and_is_judged_as_one() {
    let world = large();
    let mut mirror = world.files.clone();
    mirror.remove("private/tail");
    mirror.remove("private/lock");
    let report = verified(&mirror);
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!((report.size, report.notes.len()), (world.size(), 1));
    // Without the tail an older partial bundle is all that is left of the last entries.
    let last = world.size() / 256;
    let newest = format!("public/tile/entries/{last:03}.p/{}", world.size() % 256);
    let gone = mirror.without(&newest);
    let widths: Vec<u64> = gone
        .paths()
        .filter_map(|p| p.strip_prefix(&format!("public/tile/entries/{last:03}.p/")))
        .map(|width| width.parse().unwrap())
        .collect();
    assert_eq!(widths.len(), 1);
    let first = last * 256 + widths[0];
    // Tiles that only lost entries fill are not asked for.
    let report = verified(&gone);
    assert_eq!(named(&report), [("entry-missing", Some(first))]);
    assert_eq!(report.root, None);
}

type Change = fn(&mut Vec<u8>);

#[test]
fn truncated_and_extended_files() {
    let cuts: [(&str, Change); 5] = [
        ("without its last byte", |bytes| bytes.truncate(bytes.len() - 1)),
        ("cut in half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("with a byte more", |bytes| bytes.push(b'\n')),
        ("twice", |bytes| bytes.extend_from_within(..)),
    ];
    for world in [large(), small()] {
        for (path, part) in parts(world) {
            // Of the many full bundles and tiles one with a kernel event in it will do.
            let full = matches!(part, Part::Due(tile) if tile.width == 256 && tile.index != 3);
            for (how, cut) in cuts {
                if full && world.size() > 2_000 {
                    continue;
                }
                let files = world.files.with(&path, cut);
                let what = format!("{path} {how}");
                match &part {
                    Part::Tail => assert_named(&what, &files, &[("tail-malformed", None)]),
                    Part::Checkpoint => {
                        assert_named(&what, &files, &[("checkpoint-malformed", None)]);
                    }
                    Part::Due(tile) | Part::Stale(tile) if tile.level.is_some() => {
                        let first = Some(first_below(*tile));
                        assert_named(&what, &files, &[("tile-wrong", first)]);
                    }
                    Part::Due(bundle) | Part::Stale(bundle) if bundle.width < 256 => {
                        let first = Some(first_below(*bundle));
                        assert_named(&what, &files, &[("bundle-malformed", first)]);
                    }
                    Part::Due(bundle) | Part::Stale(bundle) => {
                        let lost = ("bundle-malformed", first_below(*bundle));
                        assert_lost(world, &what, &files, lost);
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_crash_leaves_behind_the_tail_is_no_damage() {
    let torn = large().files.with("private/tail", |tail| tail.extend(b"frame 2100 1 7"));
    let report = verified(&torn);
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
}

#[test]
fn files_that_do_not_belong() {
    let world = large();
    let bundle = world.files.get("public/tile/entries/003").to_vec();
    let tile = world.files.get("public/tile/0/003").to_vec();
    let with = |path: &str, bytes: &[u8]| {
        let mut files = world.files.clone();
        files.put(path, bytes.to_vec());
        files
    };
    for (path, bytes) in [
        ("public/tile/entries/3", &bundle),
        ("public/tile/64/000", &tile),
        ("public/index.html", &tile),
        ("public/evidence/ab/cd", &tile),
    ] {
        assert_named(path, &with(path, bytes), &[("file-unexpected", None)]);
    }
    // Beyond the size of the checkpoint nothing is claimed: a writer may be at work there.
    for (path, bytes) in [
        ("public/tile/entries/009", &bundle),
        ("public/tile/entries/x001/234", &bundle),
        ("public/tile/entries/008", &bundle),
        ("public/tile/0/009", &tile),
        ("public/tile/0/008", &tile),
        ("public/tile/2/000.p/1", &tile),
        ("public/tile/63/000", &tile),
    ] {
        assert_named(path, &with(path, bytes), &[]);
    }
    // An older partial file does no harm if it is right.
    let entries = parse_bundle(&bundle).unwrap();
    let mut files = world.files.clone();
    let partial = encode_bundle(entries[..17].iter().copied()).unwrap();
    files.put("public/tile/entries/003.p/17", partial.clone());
    files.put("public/tile/0/003.p/17", tile[..17 * 32].to_vec());
    files.put("public/incoming.tmp", b"half a tile".to_vec());
    assert_named("older partial files", &files, &[]);
    let wrong = files.with("public/tile/0/003.p/17", |tile| tile[16 * 32] ^= 1);
    assert_named("a wrong older tile", &wrong, &[("tile-wrong", Some(768 + 16))]);
    files.put("public/tile/entries/003.p/16", partial);
    assert_named("another width", &files, &[("bundle-malformed", Some(768))]);
}

#[test]
fn evidence_is_what_its_name_says() {
    let content = vec![7_u8; 3 << 20];
    let hash = accord_format::hash::ContentHash::of(&content).to_string();
    let path = format!("public/evidence/{}/{hash}", &hash[..2]);
    let mut files = small().files.clone();
    files.put(&path, content);
    assert_named("evidence", &files, &[]);
    let flipped = files.with(&path, |bytes| bytes[2 << 20] ^= 1);
    assert_named("flipped evidence", &flipped, &[("file-unexpected", None)]);
}

#[test]
fn every_checkpoint_in_public_is_judged() {
    let world = small();
    let older = world.heads.range(..world.marks["checkpoint-rotation"]).next_back().unwrap().1;
    for path in ["public/checkpoint.pending", "public/witnessed/0001"] {
        let mut files = world.files.clone();
        files.put(path, older.clone().into_bytes());
        assert_named(path, &files, &[]);
        files.put(path, older.replace('\n', "\n\n").into_bytes());
        assert_named(path, &files, &[("checkpoint-malformed", None)]);
        let foreign = other().files.get("public/checkpoint").to_vec();
        files.put(path, foreign);
        assert_named(path, &files, &[("checkpoint-root", None), ("checkpoint-signature", None)]);
        let mut unsigned = older.trim_end().to_owned();
        let last = if unsigned.ends_with('A') { 'B' } else { 'A' };
        let at = unsigned.len() - 20;
        unsigned.replace_range(at..=at, &last.to_string());
        unsigned.push('\n');
        files.put(path, unsigned.into_bytes());
        assert_named(path, &files, &[("checkpoint-signature", None)]);
    }
}

#[test]
fn swapped_files() {
    let world = large();
    let swap = |a: &str, b: &str| {
        let mut files = world.files.clone();
        files.put(a, world.files.get(b).to_vec());
        files.put(b, world.files.get(a).to_vec());
        files
    };
    let tiles = swap("public/tile/0/002", "public/tile/0/005");
    assert_named("tiles", &tiles, &[("tile-wrong", Some(512)), ("tile-wrong", Some(1280))]);
    let report = verified(&swap("public/tile/entries/002", "public/tile/entries/005"));
    let found = named(&report);
    assert_eq!(report.problems[0].seq, Some(512), "{:?}", report.problems[0]);
    for seq in (512..768).chain(1280..1536) {
        assert!(found.contains(&("seq-wrong", Some(seq))), "{seq}");
    }
    // The chain shows where each of the wrong bundles begins and ends.
    let broken: Vec<u64> =
        found.iter().filter(|(code, _)| *code == "prev-wrong").filter_map(|p| p.1).collect();
    assert_eq!(broken, [512, 768, 1280, 1536]);
    let elsewhere = found.iter().find(|(code, seq)| {
        let seq = seq.unwrap_or(512);
        let inside = (512..768).contains(&seq) || (1280..1536).contains(&seq);
        !inside && !["prev-wrong", "recorded-decreases", "tile-wrong"].contains(code)
    });
    assert_eq!(elsewhere, None);
    assert_eq!(report.voids, []);
}

#[test]
fn files_of_another_ledger() {
    let (world, other) = (small(), other());
    assert_eq!(world.size(), other.size());
    let with = |path: &str| {
        let mut files = world.files.clone();
        files.put(path, other.files.get(path).to_vec());
        files
    };
    let checkpoint = with("public/checkpoint");
    let foreign = [("checkpoint-root", None), ("checkpoint-signature", None)];
    assert_named("checkpoint", &checkpoint, &foreign);
    assert_named("tile", &with("public/tile/0/000"), &[("tile-wrong", Some(0))]);
    // The base of such a tail continues another history, and its checkpoint is another log's.
    let report = verified(&with("private/tail"));
    let found = named(&report);
    assert!(found.contains(&("prev-wrong", Some(256))), "{found:?}");
    assert!(found.contains(&("checkpoint-signature", None)), "{found:?}");
    for seq in 256..world.size() {
        assert!(found.contains(&("ledger-wrong", Some(seq))), "{seq}");
    }
    // Of tiles, the one above everything is wrong from its first hash that is.
    assert_eq!(report.problems[0].seq, Some(256));
    assert_eq!(report.voids, []);
    let report = verified(&with("public/tile/entries/000"));
    let found = named(&report);
    assert!(found.contains(&("prev-wrong", Some(256))), "{found:?}");
    assert!(!report.is_sound() && report.ledger == Some(other.id));
}

/// The files with the entries of bundle `index` changed by `change`.
fn rebundled(world: &World, index: u64, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Files {
    let path = format!("public/tile/entries/{index:03}");
    let mut entries: Vec<Vec<u8>> =
        parse_bundle(world.files.get(&path)).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    change(&mut entries);
    let mut files = world.files.clone();
    files.put(&path, encode_bundle(entries.iter().map(Vec::as_slice)).unwrap());
    files
}

#[test]
fn entries_taken_out_or_put_in() {
    let world = large();
    for (what, files) in [
        ("deleted", rebundled(world, 3, |e| drop(e.remove(7)))),
        ("duplicated", rebundled(world, 3, |e| e.insert(7, e[7].clone()))),
        ("all deleted", rebundled(world, 3, Vec::clear)),
    ] {
        assert_lost(world, what, &files, ("bundle-malformed", 768));
    }
}

/// Asserts that entry `seq` is named with `code`, first of all entries, and nobody outside of
/// `blamed` is.
fn assert_blamed(
    what: &str,
    files: &Files,
    (code, seq): (&'static str, u64),
    blamed: std::ops::RangeInclusive<u64>,
) {
    let report = verified(files);
    let found = named(&report);
    assert!(found.contains(&(code, Some(seq))), "{what}: {found:?}");
    assert_eq!(report.problems[0].seq, Some(seq), "{what}: {found:?}");
    let stray = found
        .iter()
        .find(|(code, seq)| *code != "tile-wrong" && seq.is_some_and(|seq| !blamed.contains(&seq)));
    assert_eq!(stray, None, "{what}: {found:?}");
    assert!(report.voids.iter().all(|v| v.seq == seq), "{what}: {:?}", report.voids);
}

#[test]
fn entries_changed_in_their_place() {
    let world = large();
    let at = 768 + 7;
    let swapped = rebundled(world, 3, |e| e.swap(7, 8));
    assert_blamed("swapped", &swapped, ("seq-wrong", at), at..=at + 2);
    let repeated = rebundled(world, 3, |e| e[7] = e[6].clone());
    assert_blamed("repeated", &repeated, ("event-repeated", at), at..=at + 1);
    let deleted = rebundled(world, 3, |e| {
        e.remove(7);
        e.push(world.entries[1024].clone());
    });
    assert_blamed("moved up", &deleted, ("seq-wrong", at), at..=1024);
    let foreign = rebundled(world, 3, |e| e[7] = other().entries[200].clone());
    assert_blamed("of another ledger", &foreign, ("ledger-wrong", at), at..=at + 1);
    for (what, change) in [
        ("shortened", (|e| e.truncate(e.len() - 1)) as Change),
        ("lengthened", |e| e.push(b'\n')),
        ("emptied", Vec::clear),
        ("not text", |e| e[100] = 0xff),
    ] {
        let files = rebundled(world, 3, |e| change(&mut e[7]));
        assert_blamed(what, &files, ("entry-malformed", at), at..=at + 1);
    }
}

/// A checkpoint can claim any size and a file any place; whoever looked for all that would then be
/// missing would not come to an end.
#[test]
fn an_absurd_size_is_not_searched_entry_by_entry() {
    let world = small();
    let genuine = String::from_utf8(world.files.get(layout::CHECKPOINT).to_vec()).unwrap();
    let huge = 1_u64 << 52;
    let claim = genuine.replacen(&format!("\n{}\n", world.size()), &format!("\n{huge}\n"), 1);
    assert_ne!(claim, genuine);
    let mut files = world.files.without(layout::TAIL);
    files.put(layout::CHECKPOINT, claim.into_bytes());
    let first = files.get(&layout::tile(TilePath::bundle(0, 256))).to_vec();
    files.put(&layout::tile(TilePath::bundle((huge >> 8) - 1, 256)), first);
    let found = named(&verified(&files));
    assert!(found.contains(&("checkpoint-signature", None)), "{found:?}");
    let lost: Vec<_> = found.iter().filter(|(code, _)| *code == "entry-missing").collect();
    assert_eq!(lost.len(), 1, "{found:?}");
}
