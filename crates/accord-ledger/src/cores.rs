//! The cores, for work that somebody waits for.
//!
//! Whoever calls may itself be a worker of rayon's global pool, and wait for what was begun here
//! without taking part in it. Were that done by the same pool, all of its workers could come to wait
//! for work that none is left to do. So it has a pool of its own, whose work waits for nobody.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;

/// As many threads as the global pool has. Nothing where no thread can be had: then the work is
/// done by whoever asks for it.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = rayon::current_num_threads();
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("accord-core-{at}"))
        .build()
        .ok()
});

/// Does `work`, and what it divides among threads, on all cores.
pub(crate) fn install<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Begins `work`, which must not panic, beside the caller.
pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) {
    match &*POOL {
        Some(pool) => pool.spawn(work),
        None => work(),
    }
}
