//! The monitoring family: its event types and its state.
