//! The e-mails that arrived. The stand-in keeps the newest only; this keeps a line of each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tessera_sim::mail::MailSink;
use tokio::task::JoinHandle;

/// How often the mailbox is read.
const EVERY: Duration = Duration::from_secs(1);

/// All e-mails.
#[derive(Debug)]
pub struct Mails {
    sink: MailSink,
    seen: Arc<Mutex<Seen>>,
    reader: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    last: u64,
    /// How many arrived, by recipient and subject.
    counts: BTreeMap<(String, String), u64>,
}

impl Mails {
    pub(super) fn start(sink: MailSink) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let reader = tokio::spawn({
            let (sink, seen) = (sink.clone(), seen.clone());
            async move {
                loop {
                    read(&sink, &seen);
                    tokio::time::sleep(EVERY).await;
                }
            }
        });
        Self { sink, seen, reader }
    }

    /// How many arrived, by recipient and subject.
    pub fn counts(&self) -> BTreeMap<(String, String), u64> {
        read(&self.sink, &self.seen);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).counts.clone()
    }
}

impl Drop for Mails {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

fn read(sink: &MailSink, seen: &Mutex<Seen>) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    for message in sink.messages_after(seen.last) {
        seen.last = message.id;
        for to in message.to {
            *seen.counts.entry((to, message.subject.clone())).or_default() += 1;
        }
    }
}
