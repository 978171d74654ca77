//! C2SP tlog-tiles paths.

use crate::support::{list, read_json};
use accord_format::tile::TilePath;

#[test]
fn paths() {
    let vectors = read_json("tile-paths/paths.json");
    let paths = vectors["index_to_path"].as_object().unwrap();
    for (index, groups) in paths {
        let (index, groups) = (index.parse().unwrap(), groups.as_str().unwrap());
        for (path, text) in [
            (TilePath::tile(0, index, 256), format!("tile/0/{groups}")),
            (TilePath::tile(63, index, 255), format!("tile/63/{groups}.p/255")),
            (TilePath::bundle(index, 256), format!("tile/entries/{groups}")),
            (TilePath::bundle(index, 1), format!("tile/entries/{groups}.p/1")),
        ] {
            assert_eq!(path.to_string(), text);
            assert_eq!(TilePath::parse(&text), Ok(path));
        }
    }
    let invalid = list(&vectors, "invalid_examples");
    for path in invalid {
        assert!(TilePath::parse(path.as_str().unwrap()).is_err(), "{path}");
    }
    assert_eq!((paths.len(), invalid.len()), (5, 9));
}

#[test]
fn layouts() {
    let vectors = read_json("tile-paths/paths.json");
    let layouts = list(&vectors, "tree_size_layout");
    let mut values = 0;
    for case in layouts {
        let size = case["size"].as_u64().unwrap();
        for (member, expected) in case.as_object().unwrap().iter().filter(|(m, _)| *m != "size") {
            let (level, kind) = member.strip_prefix("level").unwrap().split_once('_').unwrap();
            let (level, expected) = (level.parse().unwrap(), expected.as_u64().unwrap());
            let width = |index| u64::from(TilePath::width_at(level, index, size));
            let full = (0..1000).take_while(|index| width(*index) == 256).count() as u64;
            assert_eq!(
                if kind == "full" { full } else { width(full) },
                expected,
                "{size} {member}"
            );
            values += 1;
        }
    }
    assert_eq!((layouts.len(), values), (2, 9));
}
