//! The monitoring family: its event types and its state.

pub mod event;
