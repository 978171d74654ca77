//! The crates `signed_note` and `tlog_tiles`.

use super::{Question, Tool};
use accord_format::key::VKey;
use signed_note::{Note, StandardVerifier, VerifierList};
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
