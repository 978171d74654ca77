mod bench;
mod index;
mod proofs;
