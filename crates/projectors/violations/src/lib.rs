//! The violations family: its event types and its state.
