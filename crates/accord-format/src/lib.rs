//! Pure bytes: notes, events, entries, chain, Merkle tree, checkpoints and proofs.
