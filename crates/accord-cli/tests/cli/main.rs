//! The binary as its users meet it: words in, words, files and exit codes out.

mod authoring;
mod demo;
mod importing;
mod kit;
mod ledger;
