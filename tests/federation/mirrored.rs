//! A damaged origin is put right from a mirror.

use super::cast::Federation;
use accord_tests::site::says;

#[test]
fn a_damaged_origin_is_put_right_from_a_mirror() {
    let f = Federation::new();
    f.enrol("east");
    f.publish();
    f.mirrored(0);
    let size = f.size();
    let bundle = format!("L/public/tile/entries/000.p/{size}");
    let tile = format!("L/public/tile/0/000.p/{size}");
    let [whole, hashes] = [&bundle, &tile].map(|path| std::fs::read(f.path(path)).unwrap());
    let mut damaged = whole.clone();
    let at = damaged.len() / 2;
    damaged[at] ^= 4;
    std::fs::write(f.path(&bundle), damaged).unwrap();
    std::fs::remove_file(f.path(&tile)).unwrap();
    let report = f.verify("L", &[], 1);
    assert_eq!(report["integrity"], "FAILS");
    let url = &f.mirrors[0].url;
    let repaired = f.json(&["repair", "--from", url, "--dir", "L"], 0);
    let files: Vec<String> = serde_json::from_value(repaired["files"].clone()).unwrap();
    assert_eq!(files.len(), 2, "{files:?}");
    assert_eq!(std::fs::read(f.path(&bundle)).unwrap(), whole);
    assert_eq!(std::fs::read(f.path(&tile)).unwrap(), hashes);
    assert_eq!(f.verify("L", &[], 0)["integrity"], "holds");
    // It goes on from there, and nobody minds.
    f.enrol("west");
    f.publish();
    f.mirrored(0);
    f.mirrored(1);
    let status = f.accord(&["mirror", "status", "--dir", "m0"], 0).out;
    says(&status, &[&f.size().to_string()]);
}
