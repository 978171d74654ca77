//! An independent implementation of the same C2SP texts as oracle: what this crate signs, the
//! published crates open; what they sign, this crate opens; paths, roots and proofs agree.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly, as tests do")]

use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::cosignature::{Algorithm, CosignerSigner, TIME_MAX};
use accord_format::hash::NodeHash;
use accord_format::key::NoteSigner;
use accord_format::log_key::LogSigner;
use accord_format::merkle::{
    consistency_proof, inclusion_proof, leaf_hash, root, verify_consistency, verify_inclusion,
};
use accord_format::note::{Note, is_key_name};
use accord_format::tile::TilePath;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use signed_note::{Signer as _, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{Hash, HashReader, Tile};

fn seed() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}

/// A note's text: lines, blank ones among them, ending in LF.
fn text() -> impl Strategy<Value = String> {
    "(?s)([a-z0-9 äß—/+=.]{0,30}\n){1,8}".prop_filter("not all blank", |t| t.trim() != "")
}

fn name() -> impl Strategy<Value = String> {
    "[a-z0-9./é-]{1,24}"
}

fn verifiers(vkey: &str) -> VerifierList {
    let verifier: Box<dyn Verifier> = Box::new(StandardVerifier::new(vkey).unwrap());
    VerifierList::new(vec![verifier])
}

fn ours(hash: Hash) -> NodeHash {
    NodeHash::from_bytes(hash.0)
}

fn theirs(hash: &NodeHash) -> Hash {
    Hash(*hash.as_bytes())
}

fn all_ours(hashes: &[Hash]) -> Vec<NodeHash> {
    hashes.iter().map(|h| ours(*h)).collect()
}

fn all_theirs(hashes: &[NodeHash]) -> Vec<Hash> {
    hashes.iter().map(theirs).collect()
}

/// The oracle's own storage of a tree's hashes.
#[derive(Default)]
struct Stored(Vec<Hash>);

impl Stored {
    fn of(leaves: usize) -> Self {
        let mut stored = Self::default();
        for at in 0..leaves as u64 {
            stored.0.extend(tlog_tiles::stored_hashes(at, &record(at), &stored).unwrap());
        }
        stored
    }
}

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|i| self.0[usize::try_from(*i).unwrap()]).collect())
    }
}

fn record(at: u64) -> Vec<u8> {
    format!("record {at}").into_bytes()
}

fn leaves(count: usize) -> Vec<NodeHash> {
    (0..count as u64).map(|at| leaf_hash(&record(at))).collect()
}

proptest! {
    #[test]
    fn keys_have_the_same_text(seed in seed(), name in name()) {
        let signer = NoteSigner::from_seed(&name, &seed).unwrap();
        let verifier = StandardVerifier::new(&signer.vkey().to_string()).unwrap();
        prop_assert_eq!(verifier.name(), signer.vkey().name());
        prop_assert_eq!(verifier.key_id().to_be_bytes(), *signer.vkey().id().as_bytes());
        let theirs = StandardSigner::new(&signer.to_private_text()).unwrap();
        prop_assert_eq!(theirs.key_id(), verifier.key_id());
        let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
        let typed = [&[1_u8], public.as_bytes().as_slice()].concat();
        prop_assert_eq!(signed_note::key_id(&name, &typed), verifier.key_id());
    }

    #[test]
    fn what_we_sign_they_open(seed in seed(), name in name(), text in text()) {
        let signer = NoteSigner::from_seed(&name, &seed).unwrap();
        let note = Note::new(&text, &[signer.sign(&text)]).unwrap().to_text();
        let theirs = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
        prop_assert_eq!(theirs.text(), text.as_bytes());
        let (verified, ignored) = theirs.verify(&verifiers(&signer.vkey().to_string())).unwrap();
        prop_assert_eq!((verified.len(), ignored.len()), (1, 0));
    }

    #[test]
    fn what_they_sign_we_open(seed in seed(), name in name(), text in text()) {
        let signer = NoteSigner::from_seed(&name, &seed).unwrap();
        let theirs = StandardSigner::new(&signer.to_private_text()).unwrap();
        let mut note = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&theirs]).unwrap();
        let note = Note::parse(&note.to_bytes()).unwrap();
        prop_assert_eq!(note.text(), &text);
        prop_assert_eq!(note.signatures().len(), 1);
        prop_assert!(signer.vkey().verify(note.text(), &note.signatures()[0]));
        prop_assert_eq!(note.to_text(), Note::new(&text, &[signer.sign(&text)]).unwrap().to_text());
    }

    /// A damaged note: whatever we still read, they read too, and into the same parts. They read
    /// more in one respect: DEL and the C1 controls, which no note of ours holds there.
    #[test]
    fn damaged_notes_are_judged_alike(seed in seed(), text in text(), at: prop::sample::Index, byte: u8) {
        let signer = NoteSigner::from_seed("example.org/a", &seed).unwrap();
        let mut note = Note::new(&text, &[signer.sign(&text)]).unwrap().to_text().into_bytes();
        let at = at.index(note.len());
        note[at] = byte;
        match (Note::parse(&note), signed_note::Note::from_bytes(&note)) {
            (Ok(ours), Ok(theirs)) => {
                prop_assert_eq!(ours.text().as_bytes(), theirs.text());
                prop_assert_eq!(ours.to_text().into_bytes(), theirs.to_bytes());
                let valid = signer.vkey().verify(ours.text(), &ours.signatures()[0]);
                let accepted = theirs.verify(&verifiers(&signer.vkey().to_string())).is_ok();
                prop_assert_eq!(valid, accepted);
            }
            (Err(_), Ok(_)) => prop_assert!(
                String::from_utf8(note).unwrap().chars().any(|c| c.is_control() && c != '\n')
            ),
            (ours, theirs) => prop_assert!(ours.is_err() && theirs.is_err()),
        }
    }

    #[test]
    fn key_names_are_judged_alike(name in "\\PC{0,6}") {
        prop_assert_eq!(is_key_name(&name), signed_note::is_key_name_valid(&name));
    }

    #[test]
    fn checkpoints_have_the_same_text(seed in seed(), origin in name(), size: u64, bytes: [u8; 32]) {
        let size = size.max(1);
        let root = NodeHash::from_bytes(bytes);
        let head = Checkpoint { origin: origin.clone(), size, root };
        let same = tlog_tiles::Checkpoint::new(&origin, size, Hash(bytes), "").unwrap();
        prop_assert_eq!(head.to_text().into_bytes(), same.to_bytes());
        prop_assert_eq!(Checkpoint::parse(std::str::from_utf8(&same.to_bytes()).unwrap()), Ok(head.clone()));
        let signer = NoteSigner::from_seed(&origin, &seed).unwrap();
        let signed = head.sign(&[&signer]).unwrap().to_text();
        let note = signed_note::Note::from_bytes(signed.as_bytes()).unwrap();
        prop_assert!(note.verify(&verifiers(&signer.vkey().to_string())).is_ok());
        let read = tlog_tiles::Checkpoint::from_reader(&mut note.text(), false).unwrap();
        prop_assert_eq!((read.size(), ours(*read.hash()), read.origin()), (size, root, origin.as_str()));
        // And the other way round.
        let mut note = signed_note::Note::new(&same.to_bytes(), &[]).unwrap();
        note.add_sigs(&[&StandardSigner::new(&signer.to_private_text()).unwrap()]).unwrap();
        let opened = SignedCheckpoint::parse(&note.to_bytes()).unwrap();
        let keys = [signer.vkey().clone().into()];
        prop_assert_eq!(opened.verify(&origin, &keys).unwrap().root, root);
    }

    /// What the oracle knows of a cosigned checkpoint with keys of both algorithms: it opens it by
    /// the Ed25519 key and passes over the other lines, which it reads as we do.
    #[test]
    fn cosigned_checkpoints_are_opened_alike(
        seed in seed(), origin in name(), witness in name(), size in 1_u64.., bytes: [u8; 32], time in 0..=TIME_MAX,
    ) {
        let head = Checkpoint { origin: origin.clone(), size, root: NodeHash::from_bytes(bytes) };
        let both = [Algorithm::Ed25519, Algorithm::MlDsa44];
        let log = both.map(|a| LogSigner::from_seed(&origin, a, &seed).unwrap());
        let mut other = seed;
        other[0] ^= 1;
        let lines = both
            .map(|a| CosignerSigner::from_seed(&witness, a, &other).unwrap().cosign(&head, time).unwrap());
        let signed = head.sign_at(&[&log[0], &log[1]], time).unwrap().with_signatures(&lines).unwrap();
        let note = signed_note::Note::from_bytes(signed.to_text().as_bytes()).unwrap();
        let (verified, ignored) = note.verify(&verifiers(&log[0].vkey().to_string())).unwrap();
        prop_assert_eq!((verified.len(), ignored.len()), (1, 3));
        for line in signed.note().signatures() {
            let theirs = signed_note::Signature::from_bytes(line.to_line().trim_end().as_bytes()).unwrap();
            prop_assert_eq!(theirs.name(), &line.name);
            prop_assert_eq!(theirs.id().to_be_bytes(), *line.id.as_bytes());
            prop_assert_eq!(theirs.signature(), line.signature.as_slice());
        }
        // The id is theirs, too: SHA-256 of name, LF and what the vkey holds.
        for line in &lines {
            let vkey = both.map(|a| CosignerSigner::from_seed(&witness, a, &other).unwrap());
            let vkey = vkey.iter().map(CosignerSigner::vkey).find(|v| v.id() == line.id).unwrap();
            let typed = STANDARD.decode(vkey.typed_base64()).unwrap();
            prop_assert_eq!(signed_note::key_id(&witness, &typed).to_be_bytes(), *line.id.as_bytes());
        }
        // And the note that they write with a line of their own is one of ours.
        let mut again = signed_note::Note::new(note.text(), &[]).unwrap();
        again.add_sigs(&[&StandardSigner::new(&log[0].to_private_text()).unwrap()]).unwrap();
        let again = SignedCheckpoint::parse(&again.to_bytes()).unwrap();
        prop_assert_eq!(&again.with_signatures(&signed.note().signatures()[1..]).unwrap(), &signed);
    }

    /// Paths of the oracle begin with the tile height, which C2SP leaves out.
    #[test]
    fn tile_paths_agree(level in 0u8..64, index in 0u64..1 << 55, width in 1u16..=256) {
        let ours = TilePath::tile(u32::from(level), index, width);
        let theirs = Tile::new(8, level, index, u32::from(width), false).path();
        let with_height = ours.to_string().replacen("tile/", "tile/8/", 1);
        prop_assert_eq!(&with_height, &theirs);
        let read = Tile::from_path(&theirs).unwrap();
        let back = TilePath::tile(u32::from(read.level()), read.level_index(), u16::try_from(read.width()).unwrap());
        prop_assert_eq!(back, ours);
    }

    #[test]
    fn tile_layouts_agree(size in 0u64..1 << 40) {
        // The rightmost tiles of every level, full or partial.
        for tile in Tile::new_tiles(8, size.saturating_sub(1), size) {
            let (level, index) = (u32::from(tile.level()), tile.level_index());
            prop_assert_eq!(u32::from(TilePath::width_at(level, index, size)), tile.width());
            prop_assert_eq!(TilePath::width_at(level, index + 1, size), 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn roots_and_proofs_agree(size in 1usize..600, one: prop::sample::Index, two: prop::sample::Index) {
        let (nodes, stored, n) = (leaves(size), Stored::of(size), size as u64);
        let nodes = nodes.as_slice();
        let Ok(head) = root(nodes, n);
        let their_root = tlog_tiles::tree_hash(n, &stored).unwrap();
        prop_assert_eq!(ours(their_root), head);

        let index = one.index(size);
        let (leaf, at) = (nodes[index], index as u64);
        let Ok(proof) = inclusion_proof(nodes, at, n);
        let their_proof = tlog_tiles::prove_record(n, at, &stored).unwrap();
        prop_assert_eq!(&all_ours(&their_proof), &proof);
        prop_assert!(tlog_tiles::check_record(&all_theirs(&proof), n, their_root, at, theirs(&leaf)).is_ok());
        prop_assert_eq!(verify_inclusion(at, n, leaf, &all_ours(&their_proof), &head), Ok(()));

        let old = two.index(size) as u64 + 1;
        let Ok(old_root) = root(nodes, old);
        let Ok(proof) = consistency_proof(nodes, old, n);
        let their_proof = tlog_tiles::prove_tree(n, old, &stored).unwrap();
        prop_assert_eq!(&all_ours(&their_proof), &proof);
        prop_assert!(tlog_tiles::check_tree(&all_theirs(&proof), n, their_root, old, theirs(&old_root)).is_ok());
        prop_assert_eq!(verify_consistency((old, &old_root), (n, &head), &all_ours(&their_proof)), Ok(()));
    }

    /// Hostile proofs: both verifiers give the same verdict, whatever the numbers.
    #[test]
    fn wrong_proofs_are_judged_alike(size in 1u64..40, index in 0u64..40, other in 1u64..40, cut in 0usize..7, flip: Option<u8>) {
        let (nodes, stored) = (leaves(40), Stored::of(40));
        let nodes = nodes.as_slice();
        let Ok(head) = root(nodes, size);
        let Ok(mut proof) = inclusion_proof(nodes, index.min(other - 1), other);
        proof.truncate(cut);
        if let (Some(flip), Some(last)) = (flip, proof.last_mut()) {
            let mut bytes = *last.as_bytes();
            bytes[usize::from(flip % 32)] ^= 1 << (flip / 32);
            *last = NodeHash::from_bytes(bytes);
        }
        let leaf = nodes[usize::try_from(index).unwrap()];
        let valid = verify_inclusion(index, size, leaf, &proof, &head).is_ok();
        let their_root = tlog_tiles::tree_hash(size, &stored).unwrap();
        let accepted = tlog_tiles::check_record(&all_theirs(&proof), size, their_root, index, theirs(&leaf));
        prop_assert_eq!(valid, accepted.is_ok());

        let Ok(old_root) = root(nodes, other);
        let Ok(mut proof) = consistency_proof(nodes, other, size.max(index));
        proof.truncate(cut);
        let valid = verify_consistency((other, &old_root), (size, &head), &proof).is_ok();
        let accepted = tlog_tiles::check_tree(&all_theirs(&proof), size, their_root, other, theirs(&old_root));
        prop_assert_eq!(valid, accepted.is_ok());
    }
}
