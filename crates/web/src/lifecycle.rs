//! How far the process is on its way to the end.

use tokio::sync::watch;

/// What requests can expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// Requests are answered, and `/readyz` says that no more should be sent here.
    Draining,
    /// No connection is accepted any more.
    Closing,
}

/// The phase of a process. It only moves on.
#[derive(Debug)]
pub struct Lifecycle(watch::Sender<Phase>);

impl Default for Lifecycle {
    fn default() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }
}

impl Lifecycle {
    /// From now on `/readyz` answers that the process is ending. Everything else is answered as before.
    pub fn drain(&self) {
        self.advance(Phase::Draining);
    }

    /// From now on no connection is accepted; requests that have begun are answered.
    pub fn close(&self) {
        self.advance(Phase::Closing);
    }

    /// Whether the process is on its way to the end.
    pub(crate) fn is_draining(&self) -> bool {
        *self.0.borrow() >= Phase::Draining
    }

    /// Waits until no connection is accepted any more.
    pub(crate) async fn closing(&self) {
        // The sender is part of `self`, so it does not go away meanwhile.
        let _ = self.0.subscribe().wait_for(|phase| *phase >= Phase::Closing).await;
    }

    fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let moves = *phase < to;
            *phase = (*phase).max(to);
            moves
        });
    }
}
