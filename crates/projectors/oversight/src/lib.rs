//! The oversight family: its event types and its state.
