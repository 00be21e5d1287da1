//! Forms with files: read field by field, within limits.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use axum::http::StatusCode;
use tessera_core::request::file::{LARGEST, MOST, Sent};

use crate::{App, PageError};

/// The largest text field, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;
/// The most fields that are read.
const MOST_FIELDS: usize = 64;

/// What a form sent.
#[derive(Debug, Default)]
pub(super) struct Filled {
    texts: BTreeMap<String, String>,
    /// Files that are not empty.
    pub files: Vec<Sent>,
}

impl Filled {
    /// Reads a form. Only a few are read at once, since files are held in memory until they are kept.
    pub(super) async fn read(app: &App, mut multipart: Multipart) -> Result<Self, PageError> {
        let _turn = app.uploads.acquire().await.map_err(|_| PageError(StatusCode::SERVICE_UNAVAILABLE))?;
        let mut filled = Self::default();
        for _ in 0..MOST_FIELDS {
            let Some(field) = multipart.next_field().await.map_err(|error| PageError(error.status()))? else { break };
            let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
            if let Some(file) = field.file_name().map(ToOwned::to_owned) {
                // One byte too many is enough to say that it is too large; one file too many that there are too many.
                let bytes = bounded(field, LARGEST + 1).await?;
                if !bytes.is_empty() && filled.files.len() <= MOST {
                    filled.files.push(Sent { name: file, bytes });
                }
            } else {
                let bytes = bounded(field, LONGEST_TEXT).await?;
                let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
                filled.texts.insert(name, text);
            }
        }
        Ok(filled)
    }

    /// A text field; blank when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The fields whose names begin so, without that beginning.
    pub(super) fn beginning(&self, prefix: &str) -> BTreeMap<String, String> {
        let named = self.texts.iter().filter_map(|(name, text)| Some((name.strip_prefix(prefix)?, text)));
        named.map(|(name, text)| (name.to_owned(), text.clone())).collect()
    }
}

/// The first bytes of a field; the rest is read and thrown away.
async fn bounded(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| PageError(error.status()))? {
        let room = most - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(bytes)
}
