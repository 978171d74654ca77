//! Which entries bear on a subject, in the order of their effects.

use crate::columns::{Columns, Row};
use crate::payloads::Payloads;
use crate::projector::Projector;
use accord_catalogue::Kind;
use serde::{Deserialize, Serialize};

/// How many postings lie in one piece, so that one that comes late moves no more than these.
const PIECE: usize = 512;

/// Where an entry stands in the order of folding: its effect, in microseconds since the epoch, and
/// its seq.
pub(super) type Place = (i64, u64);

/// An entry that bears on a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    /// Its effect, in microseconds since the epoch.
    effect: i64,
    /// Its seq.
    pub(super) seq: u64,
    /// Its type, as a position among the family's types.
    position: usize,
}

impl Posting {
    pub(super) const fn new(effect: i64, seq: u64, position: usize) -> Self {
        Self { effect, seq, position }
    }

    pub(super) const fn place(&self) -> Place {
        (self.effect, self.seq)
    }

    pub(super) fn kind<P: Projector>(&self) -> Kind {
        P::Payload::TYPES.get(self.position).map_or(Kind::Report, |t| t.kind)
    }

    pub(super) fn type_name<P: Projector>(&self) -> &'static str {
        P::Payload::TYPES.get(self.position).map_or("", |t| t.name)
    }
}

/// The postings of a subject, in the order of (effect, seq).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Columns", into = "Columns")]
pub(super) struct Postings {
    /// Pieces of at most [`PIECE`], none of them empty; each comes before the next, and all of them
    /// before `last`.
    pieces: Vec<Vec<Posting>>,
    /// Not empty unless all is.
    last: Vec<Posting>,
    len: usize,
}

impl Postings {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Posting> {
        self.pieces.iter().flatten().chain(&self.last)
    }

    /// Those that come after `place`; all when there is none.
    pub(super) fn after(&self, place: Option<Place>) -> impl Iterator<Item = &Posting> {
        let comes_first = move |posting: &Posting| place.is_some_and(|p| posting.place() <= p);
        let ends_first = |piece: &Vec<Posting>| piece.last().is_some_and(comes_first);
        let from = self.pieces.partition_point(ends_first);
        let pieces = self.pieces.get(from..).unwrap_or_default();
        pieces.iter().flatten().chain(&self.last).skip_while(move |posting| comes_first(posting))
    }

    /// Adds a posting; true when it comes after all that are there.
    pub(super) fn insert(&mut self, posting: Posting) -> bool {
        self.len = self.len.saturating_add(1);
        if self.last.last().is_none_or(|last| last.place() < posting.place()) {
            if self.last.len() >= PIECE {
                self.pieces.push(std::mem::take(&mut self.last));
            }
            self.last.push(posting);
            return true;
        }
        let at = self.piece_of(posting.place());
        let Some(piece) = self.pieces.get_mut(at) else {
            put(&mut self.last, posting);
            if self.last.len() > PIECE {
                let rest = self.last.split_off(PIECE / 2);
                self.pieces.push(std::mem::replace(&mut self.last, rest));
            }
            return false;
        };
        put(piece, posting);
        if piece.len() > PIECE {
            let rest = piece.split_off(PIECE / 2);
            self.pieces.insert(at.saturating_add(1), rest);
        }
        false
    }

    /// Takes the posting at `place` away; false when there is none.
    pub(super) fn remove(&mut self, place: Place) -> bool {
        let at = self.piece_of(place);
        let piece = self.pieces.get_mut(at).unwrap_or(&mut self.last);
        let Ok(found) = piece.binary_search_by_key(&place, Posting::place) else { return false };
        piece.remove(found);
        self.len = self.len.saturating_sub(1);
        if self.pieces.get(at).is_some_and(Vec::is_empty) {
            self.pieces.remove(at);
        }
        if self.last.is_empty() {
            self.last = self.pieces.pop().unwrap_or_default();
        }
        true
    }

    /// Takes away the postings with an effect after this one, and gives them.
    pub(super) fn split_off(&mut self, effect: i64) -> Vec<Posting> {
        let Some(from) = effect.checked_add(1).map(|after| (after, 0)) else { return Vec::new() };
        let at = self.piece_of(from);
        let mut pieces = self.pieces.split_off(at.min(self.pieces.len()));
        pieces.push(std::mem::take(&mut self.last));
        let first = pieces.first_mut().map_or_else(Vec::new, |piece| {
            let rest = piece.split_off(piece.partition_point(|p| p.place() < from));
            std::mem::replace(piece, rest)
        });
        self.last = if first.is_empty() { self.pieces.pop().unwrap_or_default() } else { first };
        let gone: Vec<Posting> = pieces.into_iter().flatten().collect();
        self.len = self.len.saturating_sub(gone.len());
        gone
    }

    /// The piece in which `place` lies or would lie; that behind the pieces is `last`.
    fn piece_of(&self, place: Place) -> usize {
        self.pieces.partition_point(|piece| piece.last().is_some_and(|p| p.place() < place))
    }
}

fn put(piece: &mut Vec<Posting>, posting: Posting) {
    let at = piece.partition_point(|p| p.place() < posting.place());
    piece.insert(at, posting);
}

impl Row<3> for Posting {
    fn numbers(&self) -> [i64; 3] {
        [self.effect, self.seq.cast_signed(), i64::try_from(self.position).unwrap_or(i64::MAX)]
    }

    fn of([effect, seq, position]: [i64; 3]) -> Option<Self> {
        Some(Self { effect, seq: seq.cast_unsigned(), position: usize::try_from(position).ok()? })
    }
}

impl FromIterator<Posting> for Postings {
    fn from_iter<I: IntoIterator<Item = Posting>>(all: I) -> Self {
        let mut postings = Self::default();
        for posting in all {
            postings.insert(posting);
        }
        postings
    }
}

impl TryFrom<Columns> for Postings {
    type Error = &'static str;

    fn try_from(columns: Columns) -> Result<Self, &'static str> {
        let rows = columns.rows().ok_or("numbers that make no postings")?;
        rows.into_iter().map(Posting::of).collect::<Option<_>>().ok_or("no such posting")
    }
}

impl From<Postings> for Columns {
    fn from(postings: Postings) -> Self {
        Self::of(postings.iter().map(Row::numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn posting((effect, seq): Place) -> Posting {
        Posting::new(effect, seq, 0)
    }

    fn check(postings: &Postings, places: &BTreeSet<Place>) {
        let found: Vec<Place> = postings.iter().map(Posting::place).collect();
        assert_eq!(found, places.iter().copied().collect::<Vec<_>>());
        assert_eq!((postings.len(), postings.is_empty()), (places.len(), places.is_empty()));
        assert!(postings.pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= PIECE));
        assert!(!postings.last.is_empty() || places.is_empty());
    }

    proptest! {
        #[test]
        fn postings_are_an_ordered_set(
            steps in proptest::collection::vec((any::<bool>(), 0i64..90, 0u64..40), 0..3_000),
            after in (0i64..90, 0u64..40),
        ) {
            let (mut postings, mut places) = (Postings::default(), BTreeSet::new());
            for (add, effect, seq) in steps {
                let place = (effect, seq);
                if !add {
                    prop_assert_eq!(postings.remove(place), places.remove(&place));
                } else if !places.contains(&place) {
                    let last = places.last().is_none_or(|last| *last < place);
                    prop_assert_eq!(postings.insert(posting(place)), last);
                    places.insert(place);
                }
            }
            check(&postings, &places);
            let rest: Vec<Place> = postings.after(Some(after)).map(Posting::place).collect();
            prop_assert_eq!(rest, places.range(after..).copied().filter(|p| *p != after).collect::<Vec<_>>());
            prop_assert_eq!(postings.after(None).count(), postings.len());
            let (mut kept, mut earlier) = (postings.clone(), places.clone());
            let later = earlier.split_off(&(after.0 + 1, 0));
            let gone: Vec<Place> = kept.split_off(after.0).iter().map(Posting::place).collect();
            prop_assert_eq!(gone, later.into_iter().collect::<Vec<_>>());
            check(&kept, &earlier);
            let saved = serde_json::to_string(&postings).unwrap();
            check(&serde_json::from_str(&saved).unwrap(), &places);
        }
    }

    #[test]
    fn the_last_piece_gives_way_to_the_one_before() {
        let places: BTreeSet<Place> = (0..2 * PIECE as u64).map(|seq| (0, seq)).collect();
        let mut postings: Postings = places.iter().copied().map(posting).collect();
        for place in places.iter().rev() {
            assert!(postings.remove(*place));
            check(&postings, &places.range(..*place).copied().collect());
        }
    }
}
