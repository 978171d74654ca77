//! A family without its types, as the composition handles it.

use accord_format::entry::{Entry, Header};
use accord_format::event::Event;
use accord_format::time::Timestamp;
use accord_projection::{
    Basis, Declaration, Engine, Facts, Finding, ProjectionError, Projector, Refusal, Remark,
    Selector, Source,
};
use serde_json::Value;

/// An engine of any family.
pub(crate) trait Family: Send {
    fn declaration(&self) -> Declaration;
    fn apply(&mut self, entry: &Entry, basis: &Basis) -> bool;
    fn advance(
        &mut self,
        to: Timestamp,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError>;
    fn commit(&mut self, recorded: Timestamp);
    fn amending(&mut self, target: &Entry, by: u64, before: &Basis);
    fn amended(&mut self, target: &Entry, by: u64, after: &Basis);
    fn reclock(&mut self);
    fn settle(&mut self, source: &dyn Source, basis: &Basis) -> Result<(), ProjectionError>;
    fn settle_for(
        &mut self,
        header: &Header,
        event: &Event,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError>;
    fn settle_missed(
        &mut self,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<bool, ProjectionError>;
    fn judge(
        &self,
        header: &Header,
        event: &Event,
        basis: &Basis,
        facts: &dyn Facts,
    ) -> Result<Vec<Remark>, Refusal>;
    fn findings(&self) -> Vec<Finding>;
    fn fact(&self, name: &str, subject: &str) -> Option<Value>;
    fn enumerate(&self, selector: &Selector, basis: &Basis) -> Vec<u64>;
    fn to_value(&self) -> Result<Value, ProjectionError>;
}

impl<P: Projector> Family for Engine<P> {
    fn declaration(&self) -> Declaration {
        Declaration::of::<P>()
    }

    fn apply(&mut self, entry: &Entry, basis: &Basis) -> bool {
        Self::apply(self, entry, basis)
    }

    fn advance(
        &mut self,
        to: Timestamp,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        Self::advance(self, to, source, basis)
    }

    fn commit(&mut self, recorded: Timestamp) {
        Self::commit(self, recorded);
    }

    fn amending(&mut self, target: &Entry, by: u64, before: &Basis) {
        Self::amending(self, target, by, before);
    }

    fn amended(&mut self, target: &Entry, by: u64, after: &Basis) {
        Self::amended(self, target, by, after);
    }

    fn reclock(&mut self) {
        Self::reclock(self);
    }

    fn settle(&mut self, source: &dyn Source, basis: &Basis) -> Result<(), ProjectionError> {
        Self::settle(self, source, basis)
    }

    fn settle_for(
        &mut self,
        header: &Header,
        event: &Event,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        Self::settle_for(self, header, event, source, basis)
    }

    fn settle_missed(
        &mut self,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<bool, ProjectionError> {
        Self::settle_missed(self, source, basis)
    }

    fn judge(
        &self,
        header: &Header,
        event: &Event,
        basis: &Basis,
        facts: &dyn Facts,
    ) -> Result<Vec<Remark>, Refusal> {
        Self::judge(self, header, event, basis, facts)
    }

    fn findings(&self) -> Vec<Finding> {
        Self::findings(self)
    }

    fn fact(&self, name: &str, subject: &str) -> Option<Value> {
        P::PUBLISHES.contains(&name).then_some(())?;
        P::fact(name, &*self.state(subject)?)
    }

    fn enumerate(&self, selector: &Selector, basis: &Basis) -> Vec<u64> {
        Self::enumerate(self, selector, &basis.amendments)
    }

    fn to_value(&self) -> Result<Value, ProjectionError> {
        Self::to_value(self)
    }
}
