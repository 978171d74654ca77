//! The signals by which a service manager, or whoever sits before it, ends a server.

use crate::error::CliError;

/// Has a thread wait for the signals that end a server, and call `stop` then.
pub(crate) fn on_stop(stop: impl FnOnce() + Send + 'static) -> Result<(), CliError> {
    let failed = |source| CliError::Signals(source);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    // Registered before the thread begins, or an early signal would end the process as it pleases.
    let mut signals = {
        let _within = runtime.enter();
        Signals::new().map_err(failed)?
    };
    let wait = move || {
        runtime.block_on(signals.next());
        stop();
    };
    let thread = std::thread::Builder::new().name("accord-signals".to_owned()).spawn(wait);
    thread.map(drop).map_err(failed)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
