//! The violations family: its event types and its state.

pub mod event;
