//! Families composed: registry, admission, cross-family rules and views.
