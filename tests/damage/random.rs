//! Damage at random, the same in every run: several things at once, in files and in histories.

use super::{other, small};
use accord_format::hash::EntryHash;
use accord_tests::files::Files;
use accord_tests::forge::{self, Link};

/// A small generator: what it gives need not be good, only the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        let to = (at + 1 + self.below(700)).min(bytes.len());
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..to),
            2 => bytes[at..to].fill(0),
            3 => drop(bytes.drain(at..to)),
            4 => bytes.insert(at, b'0'),
            _ if bytes.is_empty() => bytes.push(b'1'),
            5 => bytes[at] = self.pick(b"0123456789af{\"\n \\"),
            _ => bytes[at] ^= 1 << self.below(8),
        }
    }
}

/// So many directories, each with what was done to it.
pub(super) fn directories(count: usize) -> Vec<(String, Files)> {
    let mut dice = Dice(23);
    (0..count).map(|n| directory(n, &mut dice)).collect()
}

fn directory(number: usize, dice: &mut Dice) -> (String, Files) {
    let mut what = format!("{number}:");
    let mut files = match dice.below(4) {
        0 => small().files.clone(),
        1 => forge::directory(&small().entries, &small().origin, &[&small().checkpoint_key()]),
        _ => {
            let mut links = forge::links(&small().entries);
            for _ in 0..=dice.below(3) {
                change_history(&mut links, dice, &mut what);
            }
            let entries = forge::chain(&links);
            forge::directory(&entries, &small().origin, &[&small().checkpoint_key()])
        }
    };
    files.remove("private/lock");
    if dice.below(5) == 0 {
        files.remove("private/tail");
        what += " no private part;";
    }
    for _ in 0..dice.below(4) {
        change_files(&mut files, dice, &mut what);
    }
    (what, files)
}

fn change_files(files: &mut Files, dice: &mut Dice, what: &mut String) {
    let paths: Vec<String> = files.paths().map(str::to_owned).collect();
    if paths.is_empty() {
        return;
    }
    let path = dice.pick(&paths);
    let beside = dice.pick(&paths);
    let done = match dice.below(7) {
        0 => {
            files.remove(&path);
            format!(" {path} deleted;")
        }
        1 => {
            files.put(&path, files.get(&beside).to_vec());
            format!(" {path} is {beside};")
        }
        2 if other().files.has(&path) => {
            files.put(&path, other().files.get(&path).to_vec());
            format!(" {path} of another ledger;")
        }
        3 => {
            let names = [
                "tile/entries/002",
                "tile/entries/001.p/9",
                "tile/0/000.p/17",
                "tile/0/001.p/255",
                "tile/1/000.p/2",
                "tile/9/000",
                "tile/64/000",
                "index.html",
            ];
            let new = format!("public/{}", dice.pick(&names));
            files.put(&new, files.get(&path).to_vec());
            format!(" {new} like {path};")
        }
        _ => {
            *files = files.with(&path, |bytes| dice.change(bytes));
            format!(" {path} changed;")
        }
    };
    what.push_str(&done);
}

fn change_history(links: &mut Vec<Link>, dice: &mut Dice, what: &mut String) {
    // The first entries, which name the keys, as often as all others.
    let bound = if dice.below(2) == 0 { 12 } else { links.len() };
    let (at, from) = (dice.below(bound), dice.below(links.len()));
    let how = match dice.below(11) {
        0 => {
            links[at].seq = Some(dice.below(400) as u64);
            "seq"
        }
        1 => {
            links[at].revision = Some(dice.below(4) as u64);
            "revision"
        }
        2 => {
            links[at].prev = Some(EntryHash::ZERO);
            "prev"
        }
        3 => {
            links[at].recorded = links[from].recorded;
            "recorded"
        }
        4 => {
            links.remove(at);
            "removed"
        }
        5 => {
            let again = links[from].clone();
            links.insert(at, again);
            "repeated"
        }
        6 => {
            links.swap(at, from);
            "swapped"
        }
        7 => {
            links[at] = Link::of(&dice.pick(&other().entries));
            "foreign"
        }
        8 => {
            links[at].note = links[from].note.clone();
            "note"
        }
        _ => {
            let mut note = links[at].note.clone().into_bytes();
            dice.change(&mut note);
            links[at].note = String::from_utf8_lossy(&note).into_owned();
            "bytes"
        }
    };
    what.extend([" ", how, " at ", &at.to_string(), " (", &from.to_string(), ");"]);
}
