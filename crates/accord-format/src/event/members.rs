//! Reading the members of a JSON object, strictly: each once, none left over.

use super::EventError;
use serde_json::{Map, Value};

/// The members of one JSON object, each taken once; what is left over is unknown.
pub(super) struct Members<'a> {
    path: &'static str,
    object: &'a Map<String, Value>,
    taken: Vec<&'static str>,
}

impl<'a> Members<'a> {
    pub(super) fn of(path: &'static str, value: &'a Value) -> Result<Self, EventError> {
        let object =
            value.as_object().ok_or_else(|| EventError::member(path, "must be an object"))?;
        Ok(Self { path, object, taken: Vec::new() })
    }

    fn name(&self, member: &str) -> String {
        if self.path.is_empty() { member.to_owned() } else { format!("{}.{member}", self.path) }
    }

    pub(super) fn wrong(&self, member: &str, why: impl Into<String>) -> EventError {
        EventError::member(self.name(member), why)
    }

    pub(super) fn optional(&mut self, member: &'static str) -> Option<&'a Value> {
        self.taken.push(member);
        self.object.get(member)
    }

    pub(super) fn required(&mut self, member: &'static str) -> Result<&'a Value, EventError> {
        self.optional(member).ok_or_else(|| self.wrong(member, "is missing"))
    }

    pub(super) fn text(&mut self, member: &'static str) -> Result<&'a str, EventError> {
        let value = self.required(member)?;
        value.as_str().ok_or_else(|| self.wrong(member, "must be a string"))
    }

    pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        member: &'static str,
    ) -> Result<T, EventError> {
        let text = self.text(member)?;
        text.parse().map_err(|e: T::Err| self.wrong(member, e.to_string()))
    }

    pub(super) fn number(&mut self, member: &'static str) -> Result<u64, EventError> {
        let value = self.required(member)?;
        value.as_u64().ok_or_else(|| self.wrong(member, "must be a whole number, 0 or more"))
    }

    pub(super) fn checked(
        &mut self,
        member: &'static str,
        rule: fn(&str) -> bool,
        why: &str,
    ) -> Result<String, EventError> {
        let text = self.text(member)?;
        if rule(text) { Ok(text.to_owned()) } else { Err(self.wrong(member, why)) }
    }

    pub(super) fn finish(self) -> Result<(), EventError> {
        match self.object.keys().find(|key| !self.taken.contains(&key.as_str())) {
            Some(unknown) => Err(self.wrong(unknown, "is not a member of this format")),
            None => Ok(()),
        }
    }
}
