//! Receiving forms with files, so that senders who stall keep nobody else waiting.
//!
//! A form is first received in full, into a temporary file. Only then does it take one of the few turns to be read into memory, which
//! takes no longer than reading a file.

use std::collections::HashMap;
use std::io::SeekFrom;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tessera_core::kernel::ids::PersonId;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::sleep;

use crate::extract::limits::{
    MAX_UPLOAD, MAX_UPLOADS_AT_ONCE, MAX_UPLOADS_PER_PERSON, MAX_UPLOADS_RECEIVED, MIN_UPLOAD_PACE,
};
use crate::respond::page::PageError;

/// How many bytes are read from a temporary file at once.
const PIECE: usize = 64 * 1024;

/// The person who sends a form, as the extractor of their access has found out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender(pub(crate) PersonId);

/// The forms with files that are under way.
#[derive(Debug)]
pub struct Uploads {
    turns: Semaphore,
    received: Arc<Semaphore>,
    people: Mutex<HashMap<PersonId, Arc<Semaphore>>>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(MAX_UPLOADS_AT_ONCE),
            received: Arc::new(Semaphore::new(MAX_UPLOADS_RECEIVED)),
            people: Mutex::default(),
        }
    }
}

/// A form that was received in full. Its temporary file has no name and ends with it.
pub(crate) struct Received {
    file: File,
    _of_person: OwnedSemaphorePermit,
    _in_all: OwnedSemaphorePermit,
}

impl Uploads {
    /// Receives a form. Of one person, a few are received at once; more of them wait, and keep nobody else waiting.
    ///
    /// # Errors
    /// 413 if it is too large, and 408 if it arrives too slowly.
    pub(crate) async fn receive(&self, from: PersonId, body: Body, pace: Duration) -> Result<Received, PageError> {
        let of_person = turn(self.of(from)).await?;
        let in_all = turn(self.received.clone()).await?;
        let mut file = File::from_std(tempfile::tempfile().map_err(|error| unwritable(&error))?);
        spool(body, pace, &mut file).await?;
        Ok(Received { file, _of_person: of_person, _in_all: in_all })
    }

    /// Waits for a turn to read a form into memory.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, PageError> {
        self.turns.acquire().await.map_err(|_| PageError(StatusCode::SERVICE_UNAVAILABLE))
    }

    fn of(&self, person: PersonId) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody else holds is not in use.
        people.retain(|_, turns| Arc::strong_count(turns) > 1);
        people.entry(person).or_insert_with(|| Arc::new(Semaphore::new(MAX_UPLOADS_PER_PERSON))).clone()
    }
}

async fn turn(turns: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, PageError> {
    turns.acquire_owned().await.map_err(|_| PageError(StatusCode::SERVICE_UNAVAILABLE))
}

async fn spool(body: Body, pace: Duration, file: &mut File) -> Result<(), PageError> {
    let (mut size, mut lately) = (0, 0);
    let mut pieces = body.into_data_stream();
    let mut period = Box::pin(sleep(pace));
    loop {
        let piece = tokio::select! {
            piece = pieces.next() => piece,
            () = &mut period => {
                if lately < MIN_UPLOAD_PACE {
                    return Err(PageError(StatusCode::REQUEST_TIMEOUT));
                }
                lately = 0;
                period = Box::pin(sleep(pace));
                continue;
            }
        };
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|_| PageError(StatusCode::BAD_REQUEST))?;
        size += piece.len();
        lately += piece.len();
        if size > MAX_UPLOAD {
            return Err(PageError(StatusCode::PAYLOAD_TOO_LARGE));
        }
        file.write_all(&piece).await.map_err(|error| unwritable(&error))?;
    }
    file.flush().await.map_err(|error| unwritable(&error))
}

fn unwritable(error: &std::io::Error) -> PageError {
    tracing::error!(%error, "an upload cannot be kept in a temporary file: make room, or set TMPDIR to another directory");
    PageError(StatusCode::INSUFFICIENT_STORAGE)
}

impl Received {
    /// The form, from its beginning.
    pub(crate) async fn pieces(&mut self) -> Result<impl Stream<Item = std::io::Result<Bytes>> + use<>, PageError> {
        self.file.seek(SeekFrom::Start(0)).await.map_err(|error| unwritable(&error))?;
        let file = self.file.try_clone().await.map_err(|error| unwritable(&error))?;
        Ok(futures_util::stream::try_unfold(file, |mut file: File| async move {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            Ok((read > 0).then(|| (Bytes::from(piece), file)))
        }))
    }
}
