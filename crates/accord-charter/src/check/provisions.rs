//! Provisions, clauses and categories.

use super::Checker;
use crate::pattern::Pattern;
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

impl Checker<'_> {
    pub(super) fn provisions(&mut self) {
        let charter = self.charter;
        if charter.provisions.is_empty() {
            let what = "the agreement promises nothing".to_owned();
            self.add(ProblemCode::Empty, &"provisions".into(), what, "describe its provisions");
        }
        for (code, provision) in &charter.provisions {
            let path = Path::from("provisions").then(code);
            self.text(&provision.title, &path.then("title"));
            self.text(&provision.text, &path.then("text"));
            self.responsible(&provision.responsible, &path.then("responsible"));
            self.bearing(&provision.types, &provision.streams, &path);
            self.refer(
                &provision.clocks,
                &path.then("clocks"),
                ProblemCode::UnknownClock,
                "clock",
                |clock| charter.clocks.contains_key(clock),
            );
        }
        for (code, clause) in &charter.clauses {
            let path = Path::from("clauses").then(code);
            self.text(&clause.text, &path.then("text"));
            self.of_provisions(&clause.provisions, &path.then("provisions"));
        }
        for (code, category) in &charter.categories {
            let path = Path::from("categories").then(code);
            self.text(&category.title, &path.then("title"));
            self.of_provisions(&category.provisions, &path.then("provisions"));
        }
    }

    fn of_provisions(&mut self, codes: &[String], path: &Path) {
        let charter = self.charter;
        self.refer(codes, path, ProblemCode::UnknownProvision, "provision", |code| {
            charter.provisions.contains_key(code)
        });
    }

    fn responsible(&mut self, codes: &[String], path: &Path) {
        let charter = self.charter;
        if codes.is_empty() {
            let what = "nobody is responsible for this provision".to_owned();
            let to_do = "name a party, a participant or a role";
            self.add(ProblemCode::NobodyResponsible, path, what, to_do);
        }
        let kind = "party, participant or role";
        self.refer(codes, path, ProblemCode::UnknownResponsible, kind, |code| {
            charter.parties.contains_key(code)
                || charter.participants.contains_key(code)
                || charter.roles.contains_key(code)
        });
    }

    fn bearing(&mut self, types: &[String], streams: &[String], path: &Path) {
        self.once(types, &path.then("types"));
        for (index, text) in types.iter().enumerate() {
            let path = path.then("types").then(index);
            match Pattern::parse(text) {
                Some(pattern) => self.owned(pattern.head(), &path),
                None => self.bad_pattern(text, &path),
            }
        }
        self.once(streams, &path.then("streams"));
        for (index, prefix) in streams.iter().enumerate() {
            self.owned(prefix, &path.then("streams").then(index));
        }
    }

    /// Event types and streams under `head` must belong to the kernel or an enabled family.
    pub(super) fn owned(&mut self, head: &str, path: &Path) {
        let enabled = &self.charter.families;
        let family = enabled.values().any(|family| family.prefixes.iter().any(|p| p == head));
        if !family && !super::families::is_kernel(head) {
            let what = format!("no enabled family has {}", shown(head));
            let to_do = "correct it, or enable the family that has it";
            self.add(ProblemCode::UnknownFamily, path, what, to_do);
        }
    }

    pub(super) fn bad_pattern(&mut self, text: &str, path: &Path) {
        let what = format!("{} is neither an event type nor a prefix", shown(text));
        let to_do = "write family.name, or prefix.* for all under it";
        self.add(ProblemCode::BadPattern, path, what, to_do);
    }
}
