//! Payloads, and the votes' arithmetic. What the types do is tried where the families are composed.

mod payloads;
mod votes;
