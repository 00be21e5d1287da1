//! A stand-in for a mail server: it accepts all mail by SMTP, delivers none, and has pages for reading it.
//!
//! HTTP: `GET /_sim/messages?to=` lists the messages, newest first, `DELETE /_sim/messages` empties the inbox, and
//! `/_sim/faults` switches SMTP faults ([`Fault`]).

mod faults;
mod message;
mod pages;
mod session;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::clock::Clock;

use self::faults::FaultBoard;
pub use self::faults::{Fault, FaultKind, Step};
pub use self::message::Message;

/// Maximum number of messages and bytes in the inbox. The oldest ones are dropped.
const MAX_INBOX_SIZE: usize = 2_000;
const MAX_INBOX_BYTES_SIZE: usize = 64 << 20;
/// Maximum number of concurrent SMTP conversations. Further ones wait to be accepted.
const MAX_CONVERSATIONS: usize = 64;
/// Delay before the listener tries to bind again after it refused connections.
const COMEBACK: Duration = Duration::from_millis(20);

/// A stand-in for a mail server. Clones, of which the router has one, share the inbox. Dropping the last one stops the
/// server.
#[derive(Debug, Clone)]
pub struct MailSink {
    inbox: Arc<Inbox>,
    _listening: Arc<Listening>,
}

#[derive(Debug, Default)]
struct Inbox {
    messages: Mutex<Messages>,
    faults: FaultBoard,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Messages {
    last_id: u64,
    kept: VecDeque<Message>,
    bytes: usize,
}

#[derive(Debug)]
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl MailSink {
    /// Accepts mail on a listener. Must be called within a Tokio runtime.
    pub fn start(smtp: TcpListener) -> Self {
        let inbox = Arc::new(Inbox::default());
        let task = tokio::spawn(listen(smtp, Arc::clone(&inbox)));
        Self { inbox, _listening: Arc::new(Listening(task)) }
    }

    /// The messages, newest first.
    pub fn messages(&self) -> Vec<Message> {
        self.inbox.messages("")
    }

    /// Messages that arrived after the one with this id, oldest first.
    pub fn messages_after(&self, id: u64) -> Vec<Message> {
        self.inbox.messages_after(id)
    }

    /// Switches an SMTP fault on.
    pub fn add_fault(&self, fault: Fault) {
        self.inbox.faults.add(fault);
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.inbox.faults.clear();
    }

    /// The routes of the inbox and of `/_sim/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(pages::inbox))
            .route("/messages/{id}", get(pages::message))
            .route("/messages/{id}/source", get(pages::source))
            .route("/_sim/messages", get(pages::list).delete(pages::empty))
            .route("/_sim/faults", get(pages::faults).post(pages::add_fault).delete(pages::clear_faults))
            .with_state(self.clone())
    }
}

impl Inbox {
    /// Messages that arrived after this one, oldest first.
    fn messages_after(&self, id: u64) -> Vec<Message> {
        self.lock().kept.iter().skip_while(|message| message.id <= id).cloned().collect()
    }

    /// Messages to a recipient (part of an address, case-insensitive; empty for all), newest first.
    fn messages(&self, to: &str) -> Vec<Message> {
        let to = to.trim().to_lowercase();
        let messages = self.lock();
        let wanted = messages.kept.iter().rev().filter(|message| message.is_to(&to));
        wanted.cloned().collect()
    }

    fn message(&self, id: u64) -> Option<Message> {
        self.lock().kept.iter().find(|message| message.id == id).cloned()
    }

    fn keep(&self, from: &str, to: Vec<String>, source: Vec<u8>) -> u64 {
        let mut messages = self.lock();
        messages.last_id += 1;
        let id = messages.last_id;
        messages.bytes += source.len();
        messages.kept.push_back(Message::read(id, from, to, source.into(), self.clock.now()));
        while messages.kept.len() > MAX_INBOX_SIZE || messages.bytes > MAX_INBOX_BYTES_SIZE {
            let Some(oldest) = messages.kept.pop_front() else { break };
            messages.bytes -= oldest.source.len();
        }
        id
    }

    fn empty(&self) {
        let mut messages = self.lock();
        messages.kept.clear();
        messages.bytes = 0;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts conversations. Releases the port while connections are to be refused.
async fn listen(listener: TcpListener, inbox: Arc<Inbox>) {
    let Ok(address) = listener.local_addr() else { return };
    let places = Arc::new(Semaphore::new(MAX_CONVERSATIONS));
    let mut listener = Some(listener);
    loop {
        if let Some(open) = listener.take() {
            tokio::select! {
                () = accept(&open, &inbox, &places) => {}
                () = inbox.faults.refusing(true) => {}
            }
        }
        inbox.faults.refusing(false).await;
        listener = Some(come_back(address).await);
    }
}

async fn come_back(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => {
                tracing::warn!(%error, %address, "the mail sink cannot listen again yet");
                tokio::time::sleep(COMEBACK).await;
            }
        }
    }
}

async fn accept(listener: &TcpListener, inbox: &Arc<Inbox>, places: &Arc<Semaphore>) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let inbox = Arc::clone(inbox);
                tokio::spawn(async move {
                    if let Err(error) = session::converse(stream, &inbox).await {
                        tracing::debug!(%error, "an SMTP conversation broke");
                    }
                    drop(place);
                });
            }
            // A connection was closed before it was accepted. The next one is not affected.
            Err(error) => tracing::debug!(%error, "an SMTP connection was not accepted"),
        }
    }
}
