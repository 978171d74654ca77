//! Every single call of a life fails once, and every pair of a short one.
