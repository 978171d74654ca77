//! C2SP tlog-proof.

use crate::support::{base64, list, read, read_json, text};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::log_key::LogVKey;
use accord_format::tlog_proof::{TlogProof, TlogProofError};

#[test]
fn proofs_under_a_published_checkpoint() {
    let vectors = read_json("tlog-proof/cases.json");
    let cases = list(&vectors, "derived");
    for case in cases {
        let bytes = read(&format!("tlog-proof/{}", text(case, "file")));
        let proof = TlogProof::parse(&bytes).unwrap();
        assert_eq!(proof.to_text().as_bytes(), bytes);
        let keys: [LogVKey; 1] = [text(case, "log_vkey").parse().unwrap()];
        let entry = text(case, "leaf_data").as_bytes();
        let origin = keys[0].name();
        assert_eq!(proof.verify(entry, origin, &keys).is_ok(), case["ok"] == true);
        assert!(matches!(proof.verify(b"x", origin, &keys), Err(TlogProofError::Proof(_))));
        let moved = TlogProof { index: proof.index ^ 1, ..proof };
        assert!(moved.verify(entry, origin, &keys).is_err());
    }
    assert_eq!(cases.len(), 3);
}

/// The upstream cases end in texts that are no checkpoints. Here a proof carries a checkpoint or
/// is none, so the layout is compared up to the blank line, with a real checkpoint below.
#[test]
fn layouts() {
    let vectors = read_json("tlog-proof/cases.json");
    let checkpoint = read("tessera-log/testdata/log/checkpoint.15");
    let cases = list(&vectors, "marshal");
    for case in cases {
        let hash = |h: &serde_json::Value| {
            NodeHash::from_bytes(base64(h.as_str().unwrap()).unwrap().try_into().unwrap())
        };
        let proof = TlogProof {
            extra: case["extra_b64"].as_str().map(|e| base64(e).unwrap()),
            index: case["index"].as_u64().unwrap(),
            hashes: list(case, "hashes").iter().map(hash).collect(),
            checkpoint: SignedCheckpoint::parse(&checkpoint).unwrap(),
        };
        let head = text(case, "want").strip_suffix(text(case, "checkpoint")).unwrap();
        let want = [head.as_bytes(), &checkpoint].concat();
        assert_eq!(proof.to_text().as_bytes(), want);
        assert_eq!(TlogProof::parse(&want), Ok(proof));
        assert!(matches!(
            TlogProof::parse(text(case, "want").as_bytes()),
            Err(TlogProofError::Checkpoint(_))
        ));
    }
    assert_eq!(cases.len(), 3);
}

#[test]
fn malformed_proofs() {
    let vectors = read_json("tlog-proof/cases.json");
    let checkpoint = String::from_utf8(read("tessera-log/testdata/log/checkpoint.15")).unwrap();
    let cases = list(&vectors, "parse_error");
    for case in cases {
        let (why, bytes) = (case[0].as_str().unwrap(), case[1].as_str().unwrap());
        // With a real checkpoint, so that nothing but the line in question is wrong.
        let bytes = bytes.replace("checkpoint\n", &checkpoint);
        let error = TlogProof::parse(bytes.as_bytes()).unwrap_err();
        let expected = match why {
            "missing header" => matches!(error, TlogProofError::FirstLine),
            "hash not base64" | "hash 64 bytes" => {
                matches!(error, TlogProofError::Line { line: 3, .. })
            }
            _ => matches!(error, TlogProofError::Line { line: 2, .. }),
        };
        assert!(expected, "{why}: {error}");
    }
    assert_eq!(cases.len(), 7);
}
