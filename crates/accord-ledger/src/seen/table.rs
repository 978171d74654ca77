//! Records of one length in rising order, without slack: what is new waits in a tree and is then
//! merged, piece by piece, so that at no time much more is held than the records themselves.

use std::collections::BTreeMap;

/// Records in a piece. Every piece but the last is full, so that a place tells how many come before.
const PIECE: usize = 4_096;
/// Records that wait, at least.
const WAITING_LEAST: usize = 16_384;
/// Else one in so many waits: each record is moved this many times at most, however many there are.
const WAITING_SHARE: usize = 32;
/// How far from its place a record is looked for first.
const NEAR: usize = 16;
/// Records read or written at once.
const AT_ONCE: usize = 4_096;

/// Records, each of which begins with a key and ends with what is known of it. While a record waits
/// it also has a note `W`.
#[derive(Clone, Debug)]
pub(super) struct Table<const N: usize, W> {
    pieces: Vec<Vec<[u8; N]>>,
    waiting: BTreeMap<[u8; N], W>,
    least: usize,
}

/// Merged records, from one place up to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) from: usize,
    pub(super) until: usize,
}

impl<const N: usize, W: Copy> Default for Table<N, W> {
    fn default() -> Self {
        Self::with_waiting(WAITING_LEAST)
    }
}

impl<const N: usize, W: Copy> Table<N, W> {
    /// A table in which at least so many records wait.
    pub(super) const fn with_waiting(least: usize) -> Self {
        Self { pieces: Vec::new(), waiting: BTreeMap::new(), least }
    }

    /// Merged records.
    fn merged(&self) -> usize {
        let full = self.pieces.len().saturating_sub(1).saturating_mul(PIECE);
        full.saturating_add(self.pieces.last().map_or(0, Vec::len))
    }

    /// All records.
    pub(super) fn len(&self) -> usize {
        self.merged().saturating_add(self.waiting.len())
    }

    /// Takes in a record, which must be none of those that are there.
    pub(super) fn insert(&mut self, record: [u8; N], note: W) {
        self.waiting.insert(record, note);
        if self.waiting.len() > self.least.max(self.merged() / WAITING_SHARE) {
            self.merge();
        }
    }

    /// Has nothing wait any more.
    pub(super) fn merge(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut new = std::mem::take(&mut self.waiting).into_keys().peekable();
        let mut merged = Pieces::default();
        for piece in std::mem::take(&mut self.pieces) {
            for record in piece {
                while let Some(before) = new.next_if(|new| *new < record) {
                    merged.push(before);
                }
                merged.push(record);
            }
        }
        new.for_each(|record| merged.push(record));
        self.pieces = merged.0;
    }

    /// Where the merged records stand whose keys are `key`.
    pub(super) fn find(&self, key: &[u8]) -> Places {
        let from = self.before(&bound(key, 0));
        // Most keys are new.
        let any = self.at(from).is_some_and(|record| record.starts_with(key));
        let until = if any { self.before(&bound(key, u8::MAX)) } else { from };
        Places { from, until }
    }

    /// The merged record at a place.
    pub(super) fn at(&self, place: usize) -> Option<&[u8; N]> {
        self.pieces.get(place / PIECE)?.get(place % PIECE)
    }

    /// The merged records at some places.
    pub(super) fn all(&self, places: Places) -> impl DoubleEndedIterator<Item = &[u8; N]> {
        (places.from..places.until).filter_map(|place| self.at(place))
    }

    /// The waiting records whose keys are `key`, which come behind the merged ones.
    pub(super) fn waiting(&self, key: &[u8]) -> impl DoubleEndedIterator<Item = (&[u8; N], &W)> {
        self.waiting.range(bound::<N>(key, 0)..=bound(key, u8::MAX))
    }

    /// How many merged records come before `bound`.
    fn before(&self, bound: &[u8; N]) -> usize {
        // Keys are spread evenly, so one tells about where it stands.
        let share = (u128::from(beginning(bound)) * self.pieces.len() as u128) >> u32::BITS;
        let mut piece = usize::try_from(share).unwrap_or(usize::MAX).min(self.pieces.len());
        let ends_before = |piece: usize| -> bool {
            self.pieces.get(piece).is_some_and(|p| p.last().is_some_and(|last| last < bound))
        };
        while piece > 0 && !ends_before(piece - 1) {
            piece -= 1;
        }
        while ends_before(piece) {
            piece += 1;
        }
        let within = self.pieces.get(piece).map_or(0, |piece| before_in(piece, bound));
        piece.saturating_mul(PIECE).saturating_add(within).min(self.merged())
    }

    /// Gives out all records in order, in some large pieces.
    pub(super) fn write<E>(
        &mut self,
        mut out: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.merge();
        self.pieces.iter().try_for_each(|piece| out(piece.as_flattened()))
    }

    /// Takes `count` records back; nothing if they are not in order. `read` gives so many bytes.
    pub(super) fn read<E>(
        count: usize,
        mut read: impl FnMut(usize) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let (mut pieces, mut last, mut left) = (Pieces::default(), None, count);
        while left > 0 {
            let some = left.min(AT_ONCE);
            for record in read(some.saturating_mul(N))?.as_chunks::<N>().0 {
                if last.is_some_and(|last| last >= *record) {
                    return Ok(None);
                }
                last = Some(*record);
                pieces.push(*record);
            }
            left -= some;
        }
        Ok(Some(Self { pieces: pieces.0, waiting: BTreeMap::new(), least: WAITING_LEAST }))
    }
}

/// How many records of a piece come before `bound`, looked for from where it would stand if they were
/// spread evenly: most often near by, where a search from the middle has to go far.
fn before_in<const N: usize>(piece: &[[u8; N]], bound: &[u8; N]) -> usize {
    let [first, last] = [piece.first(), piece.last()].map(|r| r.map_or(0, beginning));
    let (into, width) = (beginning(bound).saturating_sub(first), last.saturating_sub(first));
    let share = u64::from(into) * piece.len() as u64 / u64::from(width).max(1);
    let near = usize::try_from(share).unwrap_or(usize::MAX).min(piece.len());
    let comes_before = |at: usize| piece.get(at).is_some_and(|record| record < bound);
    let (mut low, mut high, mut step) = (near, near, NEAR);
    while low > 0 && !comes_before(low - 1) {
        low = low.saturating_sub(step);
        step = step.saturating_mul(2);
    }
    step = NEAR;
    while comes_before(high) {
        high = high.saturating_add(step).min(piece.len());
        step = step.saturating_mul(2);
    }
    let between = piece.get(low..high).unwrap_or_default();
    low + between.partition_point(|record| record < bound)
}

/// The first four bytes of a record.
fn beginning<const N: usize>(record: &[u8; N]) -> u32 {
    record.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// A key, and the least or the greatest that a record with it can go on with.
fn bound<const N: usize>(key: &[u8], rest: u8) -> [u8; N] {
    let mut bound = [rest; N];
    bound.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    bound
}

/// Pieces that are being filled.
#[derive(Default)]
struct Pieces<const N: usize>(Vec<Vec<[u8; N]>>);

impl<const N: usize> Pieces<N> {
    fn push(&mut self, record: [u8; N]) {
        if let Some(last) = self.0.last_mut().filter(|last| last.len() < PIECE) {
            return last.push(record);
        }
        let mut piece = Vec::with_capacity(PIECE);
        piece.push(record);
        self.0.push(piece);
    }
}
