//! Being told to stop: the first time in good order, the second time at once.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::pin;

use futures_util::future::{Either, select};

use super::engine::Runtime;
use super::failure::Failure;

/// What listens, from the first run to the end of the program: once it does, nothing else ends us.
#[derive(Default)]
pub(crate) struct Interrupts {
    signals: RefCell<Option<Signals>>,
    told: Cell<bool>,
}

impl Interrupts {
    /// Whether we were told.
    pub(crate) fn told(&self) -> bool {
        self.told.get()
    }

    /// See `work` through. Told to stop, call `stop`, and wait for what it comes to; told again, drop it.
    pub(crate) fn see_through<T>(
        &self,
        runtime: &Runtime,
        work: impl Future<Output = T>,
        stop: impl FnOnce(),
    ) -> Result<T, Aborted> {
        let runtime = runtime.get().map_err(Aborted::Failed)?;
        let mut signals = self.signals.borrow_mut();
        runtime.block_on(async {
            if signals.is_none() {
                let failed =
                    |error: io::Error| Aborted::Failed(Failure::new("signals cannot be heard").because(&error));
                *signals = Some(Signals::listen().map_err(failed)?);
            }
            let Some(signals) = signals.as_mut() else { return Ok(work.await) };
            let mut work = pin!(work);
            // The signal first: what came between two issues holds for the next.
            if let Either::Right((done, _)) = select(pin!(signals.next()), work.as_mut()).await {
                return Ok(done);
            }
            self.told.set(true);
            stop();
            match select(pin!(signals.next()), work).await {
                Either::Right((done, _)) => Ok(done),
                Either::Left(_) => Err(Aborted::Told),
            }
        })
    }
}

/// Why work was not seen through.
pub(crate) enum Aborted {
    /// We were told twice.
    Told,
    Failed(Failure),
}

/// What ends a program that runs until it is ended.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    pub(crate) async fn next(&mut self) {
        select(pin!(self.interrupt.recv()), pin!(self.terminate.recv())).await;
    }
}

#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "its twin for Unix may fail")]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
