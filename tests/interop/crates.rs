//! The crates `signed_note` and `tlog_tiles`.

use super::{Question, Tool};
use accord_format::key::VKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};
use std::path::Path;
use tlog_tiles::{Checkpoint, Hash, HashReader as _, Tile, TileHashReader, TileReader};

/// Both of them.
pub(crate) struct Crates;

impl Tool for Crates {
    fn name(&self) -> &'static str {
        "the crates signed_note and tlog_tiles"
    }

    fn reads_tiles(&self) -> bool {
        true
    }

    fn reads_cosignatures(&self) -> bool {
        true
    }

    fn ask(&self, public: &Path, vkey: &VKey, question: Question<'_>) -> Result<(), String> {
        match question {
            Question::Whole => whole(public, &current(public, vkey)?),
            Question::Consistent(older, _) => {
                let (old, new) = (head(&read(older)?, vkey)?, current(public, vkey)?);
                let tiles = Tiles(public);
                let hashes = TileHashReader::new(new.size(), *new.hash(), &tiles);
                let proof =
                    tlog_tiles::prove_tree(new.size(), old.size(), &hashes).map_err(text)?;
                tlog_tiles::check_tree(&proof, new.size(), *new.hash(), old.size(), *old.hash())
                    .map_err(text)
            }
            Question::Cosigned(witness) => {
                cosigned(&read(&public.join("checkpoint"))?, vkey, witness)
            }
            Question::Included(proof, entry) => included(&read(proof)?, &read(entry)?, vkey),
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn head(note: &[u8], vkey: &VKey) -> Result<Checkpoint, String> {
    let note = Note::from_bytes(note).map_err(text)?;
    let verifier = StandardVerifier::new(&vkey.to_string()).map_err(text)?;
    note.verify(&VerifierList::new(vec![Box::new(verifier)])).map_err(text)?;
    let head = Checkpoint::from_bytes(note.text()).map_err(text)?;
    if head.origin() == vkey.name() && head.extension().is_empty() {
        Ok(head)
    } else {
        Err("not a checkpoint of this log without extension lines".to_owned())
    }
}

fn current(public: &Path, vkey: &VKey) -> Result<Checkpoint, String> {
    head(&read(&public.join("checkpoint"))?, vkey)
}

struct Tiles<'a>(&'a Path);

impl TileReader for Tiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let of = |tile: &Tile| {
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            std::fs::read(self.0.join(path)).map_err(|_| tlog_tiles::Error::InvalidTile)
        };
        tiles.iter().map(of).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn whole(public: &Path, head: &Checkpoint) -> Result<(), String> {
    let tiles = Tiles(public);
    let hashes = TileHashReader::new(head.size(), *head.hash(), &tiles);
    let mut seq = 0;
    while seq < head.size() {
        let width = u32::try_from((head.size() - seq).min(256)).map_err(text)?;
        let tile = Tile::new(8, 0, seq / 256, width, true);
        let path = tile.path().replacen("tile/8/data/", "tile/entries/", 1);
        let bundle = read(&public.join(path))?;
        let mut rest = bundle.as_slice();
        while let [high, low, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let entry = after.get(..length).ok_or("a bundle ends within an entry")?;
            let index = tlog_tiles::stored_hash_index(0, seq);
            let leaf = hashes.read_hashes(&[index]).map_err(text)?;
            if leaf != [tlog_tiles::record_hash(entry)] {
                return Err(format!("entry {seq} is not what the tree covers"));
            }
            rest = &after[length..];
            seq += 1;
        }
        if !rest.is_empty() || seq % 256 != u64::from(width % 256) {
            return Err("a bundle has not the entries that it should have".to_owned());
        }
    }
    Ok(())
}

fn included(proof: &[u8], entry: &[u8], vkey: &VKey) -> Result<(), String> {
    let proof = std::str::from_utf8(proof).map_err(text)?;
    let (lines, note) = proof.split_once("\n\n").ok_or("not a tlog-proof")?;
    let mut lines = lines.lines().skip(1).peekable();
    lines.next_if(|line| line.starts_with("extra "));
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or("no index")?;
    let path: Result<Vec<Hash>, _> = lines.map(Hash::parse_hash).collect();
    let head = head(note.as_bytes(), vkey)?;
    let leaf = tlog_tiles::record_hash(entry);
    let index = index.parse().map_err(text)?;
    tlog_tiles::check_record(&path.map_err(text)?, head.size(), *head.hash(), index, leaf)
        .map_err(text)
}

/// Cosignatures, which the crate leaves to whoever uses it: its own Ed25519 over a longer message.
struct Cosigner {
    key: StandardVerifier,
    id: u32,
}

impl Cosigner {
    fn new(vkey: &str) -> Result<Self, String> {
        let mut parts = vkey.splitn(3, '+');
        let [Some(name), Some(_), Some(key)] = [(); 3].map(|()| parts.next()) else {
            return Err("no vkey".to_owned());
        };
        let mut typed = STANDARD.decode(key).map_err(text)?;
        let id = signed_note::key_id(name, &typed);
        if typed.first() != Some(&4) || !vkey.starts_with(&format!("{name}+{id:08x}+")) {
            return Err("no vkey of a cosigner".to_owned());
        }
        typed[0] = 1;
        let plain =
            format!("{name}+{:08x}+{}", signed_note::key_id(name, &typed), STANDARD.encode(&typed));
        Ok(Self { key: StandardVerifier::new(&plain).map_err(text)?, id })
    }
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        self.key.name()
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, msg: &[u8], sig: &[u8]) -> bool {
        let Some((time, signature)) = sig.split_first_chunk::<8>() else { return false };
        let head = format!("cosignature/v1\ntime {}\n", u64::from_be_bytes(*time));
        self.key.verify(&[head.as_bytes(), msg].concat(), signature)
    }
}

fn cosigned(note: &[u8], log: &VKey, witness: &str) -> Result<(), String> {
    let note = Note::from_bytes(note).map_err(text)?;
    let log = StandardVerifier::new(&log.to_string()).map_err(text)?;
    let verifiers = VerifierList::new(vec![Box::new(log), Box::new(Cosigner::new(witness)?)]);
    let (verified, _) = note.verify(&verifiers).map_err(text)?;
    if verified.len() == 2 { Ok(()) } else { Err("not signed by both".to_owned()) }
}
