//! Judging a record on, from its first entry or from a state that was kept of it.
//!
//! It judges by the code that append and verify use, and believes what it is given: that the entries
//! are those of the record, in order and signed, and that a state that it goes on from is what the
//! entries before it make. So it answers quickly, and proves nothing; whoever needs proof verifies,
//! and verification knows nothing of kept states.

use crate::admission::{Admission, Candidate, Finding, History};
use crate::judge::{Bench, Roots};
use crate::kernel::Kernel;
use crate::packed::{self, PackedError};
use crate::places::Places;
use crate::verify::is_genesis_out_of_time;
use accord_format::entry::Entry;
use accord_format::hash::{EventHash, NodeHash};
use accord_format::merkle;
use accord_format::varint;
use accord_store::{Nearby, View};
use std::cell::RefCell;
use std::collections::BTreeMap;

impl Bench {
    /// Kernel state and the domain's, as bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PackedError> {
        let domain = self.admission().map(Admission::snapshot).unwrap_or_default();
        Self::bytes_of(&self.kernel, &domain)
    }

    /// The same of the kernel's state and the bytes of the domain's.
    pub fn bytes_of(kernel: &Kernel, domain: &[u8]) -> Result<Vec<u8>, PackedError> {
        let kernel = packed::to_bytes(kernel)?;
        let mut out = Vec::with_capacity(kernel.len() + domain.len() + 8);
        varint::push(&mut out, kernel.len() as u64);
        out.extend_from_slice(&kernel);
        out.extend_from_slice(domain);
        Ok(out)
    }

    /// The two again.
    pub fn parts(mut bytes: &[u8]) -> Result<(Kernel, &[u8]), PackedError> {
        let len = varint::pop(&mut bytes).and_then(|len| usize::try_from(len).ok());
        let parts = len.and_then(|len| bytes.split_at_checked(len));
        let (kernel, domain) = parts.ok_or_else(|| PackedError::new("it ends early"))?;
        Ok((packed::from_bytes(kernel)?, domain))
    }

    /// Takes back the state after `size` entries, whole or, with an error, not at all.
    pub fn restore(&mut self, bytes: &[u8], size: u64) -> Result<(), PackedError> {
        let (kernel, domain) = Self::parts(bytes)?;
        if kernel.size() != size {
            return Err(PackedError::new(format!("it is of {} entries", kernel.size())));
        }
        if let Some(admission) = self.admission_mut() {
            admission.restore(domain).map_err(PackedError::new)?;
        }
        self.kernel = kernel;
        Ok(())
    }
}

/// What came of judging an entry again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// It failed authority or admission: it has a place and no effect.
    pub void: bool,
    /// What is said of it otherwise.
    pub findings: Vec<Finding>,
}

/// The state of a record so far, with all that judging the next entry needs.
#[derive(Debug)]
pub struct Reckoning {
    bench: Bench,
    places: Places,
    /// The roots that authors have lately named: mostly one for many entries.
    roots: RefCell<BTreeMap<u64, Option<NodeHash>>>,
}

/// How many roots are remembered.
const ROOTS_MAX: usize = 64;

impl Reckoning {
    /// The state before the genesis.
    pub fn new(admission: Box<dyn Admission>) -> Self {
        let bench = Bench::new(Some(admission));
        Self { bench, places: Places::default(), roots: RefCell::default() }
    }

    /// The state after `size` entries, of which these are the bytes.
    pub fn restore(
        admission: Box<dyn Admission>,
        bench: &[u8],
        places: &[u8],
        size: u64,
    ) -> Result<Self, PackedError> {
        let mut restored = Self::new(admission);
        restored.bench.restore(bench, size)?;
        let places = Places::from_bytes(places);
        restored.places = places.ok_or_else(|| PackedError::new("its places do not fit"))?;
        Ok(restored)
    }

    /// Kernel state and the domain's.
    pub const fn bench(&self) -> &Bench {
        &self.bench
    }

    /// The same, for whoever has judged all that was to be judged.
    pub const fn bench_mut(&mut self) -> &mut Bench {
        &mut self.bench
    }

    /// Where events and streams are.
    pub const fn places(&self) -> &Places {
        &self.places
    }

    /// Number of entries so far.
    pub const fn size(&self) -> u64 {
        self.bench.kernel.size()
    }

    /// Judges and takes in the next entry; `view` is of the record that it is in.
    pub fn entry(&mut self, entry: &Entry, view: View<'_>, nearby: &Nearby<'_>) -> Passed {
        let orphan = entry.header.seq > 0 && self.bench.kernel.genesis().is_none();
        let mut passed = Passed { void: orphan, findings: Vec::new() };
        // Behind a kernel event that this software does not understand nobody's power is known.
        if self.bench.kernel.not_established().is_none() {
            let below = Below { places: &self.places, roots: &self.roots, nearby, view, entry };
            let candidate = Candidate { header: &entry.header, event: entry.event() };
            match self.bench.judge(&candidate, &below, &below) {
                Ok(judged) => passed.findings = judged.findings,
                Err(why) => passed.void = !is_genesis_out_of_time(entry, &why.rejection),
            }
        }
        let event = entry.event();
        self.places.learn(&event.hash(), &event.stream, entry.header.seq);
        if passed.void {
            self.bench.pass(entry);
        } else {
            let below = Below { places: &self.places, roots: &self.roots, nearby, view, entry };
            self.bench.apply(entry, &passed.findings, &below);
        }
        passed
    }
}

/// The record below an entry.
struct Below<'a> {
    places: &'a Places,
    roots: &'a RefCell<BTreeMap<u64, Option<NodeHash>>>,
    nearby: &'a Nearby<'a>,
    view: View<'a>,
    entry: &'a Entry,
}

impl History for Below<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Entry::parse(&self.nearby.entry(seq).ok()?).ok()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        let seq = self.places.find(event)?;
        if seq == self.entry.header.seq {
            return (self.entry.event().hash() == *event).then_some(seq);
        }
        self.entry(seq).filter(|entry| entry.event().hash() == *event).map(|_| seq)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.places.stream(stream).to_vec()
    }

    fn has_stream(&self, stream: &str) -> bool {
        !self.places.stream(stream).is_empty()
    }
}

impl Roots for Below<'_> {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        if size > self.entry.header.seq {
            return None;
        }
        if let Some(known) = self.roots.borrow().get(&size) {
            return *known;
        }
        let root = merkle::root(&self.view, size).ok();
        let mut roots = self.roots.borrow_mut();
        if roots.len() >= ROOTS_MAX {
            roots.pop_first();
        }
        roots.insert(size, root);
        root
    }
}
