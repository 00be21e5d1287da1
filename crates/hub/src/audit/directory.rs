//! Checkpoint files: a signed header on the first line, then one line for each customer. They are read line by line.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tessera_core::audit::{Header, Hex, Record, Signed, Tally};

use super::AuditError;
use crate::secret::SecretKey;

/// A directory of checkpoints.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
    key: SecretKey,
}

/// A checkpoint file whose signature and records have been verified.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    path: PathBuf,
    /// The header: the totals of all timelines.
    pub header: Header,
}

/// The records of a file, up to the first one that cannot be read.
#[derive(Debug)]
pub(super) struct Records(Lines<BufReader<File>>);

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        serde_json::from_str(&self.0.next()?.ok()?).ok()
    }
}

impl Checkpoint {
    /// Reads the file and verifies its signature.
    ///
    /// # Errors
    /// If the file cannot be read, or was not signed with this key.
    pub fn open(path: &Path, key: &SecretKey) -> Result<Self, AuditError> {
        let (header, records) = read(path, key)?;
        let mut counted = Tally::default();
        for record in records {
            counted.add(&record);
        }
        if !header.records(counted) {
            let text = format!("{}: the lines are not those that were signed", path.display());
            return Err(AuditError::Checkpoint(text));
        }
        Ok(Self { path: path.to_owned(), header })
    }

    pub(super) fn records(&self, key: &SecretKey) -> Result<Records, AuditError> {
        Ok(read(&self.path, key)?.1)
    }
}

/// Parses a signed header and verifies its signature.
///
/// # Errors
/// If the text is not a header, or was not signed with this key.
pub(super) fn checked(text: &str, key: &SecretKey) -> Result<Header, String> {
    let signed: Signed = serde_json::from_str(text).map_err(|error| format!("this is no checkpoint: {error}"))?;
    if key.signed_checkpoint(&signed.header.signed_text(), &signed.signature.0) {
        return Ok(signed.header);
    }
    Err(format!(
        "the signature of checkpoint {} is not of this installation's key; if the key was replaced, add the one before to \
         [[secret.other_keys]]",
        signed.header.number
    ))
}

fn read(path: &Path, key: &SecretKey) -> Result<(Header, Records), AuditError> {
    let cannot = || AuditError::file(path.display());
    let mut lines = BufReader::new(File::open(path).map_err(cannot())?).lines();
    let first = lines.next().transpose().map_err(cannot())?.unwrap_or_default();
    let header = checked(&first, key).map_err(|why| AuditError::Checkpoint(format!("{}: {why}", path.display())))?;
    Ok((header, Records(lines)))
}

impl Directory {
    pub(super) const fn new(path: PathBuf, key: SecretKey) -> Self {
        Self { path, key }
    }

    /// The newest checkpoint, after verifying that all checkpoints in the directory form one sequence.
    ///
    /// # Errors
    /// If a file cannot be read, has a wrong signature, or does not follow the one before it.
    pub fn newest(&self) -> Result<Option<Checkpoint>, AuditError> {
        let files = self.files()?;
        let mut before: Option<Header> = None;
        for path in &files {
            let (header, _) = read(path, &self.key)?;
            if let Some(before) = before.as_ref().filter(|before| !header.follows(before)) {
                let text = format!("{}: it does not follow checkpoint {}", path.display(), before.number);
                return Err(AuditError::Checkpoint(text));
            }
            before = Some(header);
        }
        files.last().map(|path| Checkpoint::open(path, &self.key)).transpose()
    }

    /// The checkpoint with this number, if its file still exists.
    ///
    /// # Errors
    /// If the file cannot be read or has a wrong signature.
    pub fn numbered(&self, number: u64) -> Result<Option<Checkpoint>, AuditError> {
        let path = self.file(number);
        if path.exists() { Checkpoint::open(&path, &self.key).map(Some) } else { Ok(None) }
    }

    fn file(&self, number: u64) -> PathBuf {
        self.path.join(format!("checkpoint-{number:010}.jsonl"))
    }

    /// The checkpoint files, oldest first.
    fn files(&self) -> Result<Vec<PathBuf>, AuditError> {
        let cannot = || AuditError::file(self.path.display());
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(cannot())?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(cannot())?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("checkpoint-") && name.ends_with(".jsonl") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// A temporary file for records that are not signed yet. It is deleted automatically and readable only by its
    /// owner.
    pub(super) fn draft(&self) -> Result<NamedTempFile, AuditError> {
        let cannot = || AuditError::file(self.path.display());
        fs::create_dir_all(&self.path).map_err(cannot())?;
        tempfile::Builder::new().prefix(".checkpoint-").tempfile_in(&self.path).map_err(cannot())
    }

    /// Signs the records and moves the file into place, durably and atomically. `None`: another process created this
    /// checkpoint first.
    pub(super) fn put(&self, header: Header, records: &NamedTempFile) -> Result<Option<String>, AuditError> {
        let path = self.file(header.number);
        let cannot = || AuditError::file(path.display());
        let signature = Hex(self.key.sign_checkpoint(&header.signed_text()));
        let signed = serde_json::to_string(&Signed { header, signature }).unwrap_or_default();
        let whole = self.draft()?;
        let written = writeln!(whole.as_file(), "{signed}")
            .and_then(|()| io::copy(&mut File::open(records.path())?, &mut whole.as_file()))
            .and_then(|_| whole.as_file().sync_all());
        written.map_err(cannot())?;
        match whole.persist_noclobber(&path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(cannot()(error.error)),
        }
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(cannot())?;
        Ok(Some(signed))
    }

    /// Deletes all but the newest files.
    pub(super) fn prune(&self, keep: usize) -> Result<(), AuditError> {
        let files = self.files()?;
        let old = files.len().saturating_sub(keep.max(1));
        files[..old].iter().try_for_each(|path| match fs::remove_file(path) {
            // Another process has deleted it already.
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AuditError::file(path.display())(error)),
            _ => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn h05_the_newest_checkpoints_stay_and_the_next_number_is_free_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let key = SecretKey::new(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap();
        let directory = Directory::new(folder.path().to_owned(), key);
        let mut last: Option<Header> = None;
        for _ in 0..4 {
            let header = Header::following(last.as_ref(), Timestamp::UNIX_EPOCH, Tally::default());
            let records = directory.draft().unwrap();
            assert!(directory.put(header.clone(), &records).unwrap().is_some());
            assert_eq!(directory.put(header.clone(), &records).unwrap(), None, "another process was first");
            last = Some(header);
        }
        directory.prune(2).unwrap();
        directory.prune(2).unwrap();
        let left: Vec<u64> =
            directory.files().unwrap().iter().map(|path| read(path, &directory.key).unwrap().0.number).collect();
        assert_eq!(left, [3, 4]);
        assert_eq!(
            directory.newest().unwrap().map(|newest| newest.header.number),
            Some(4),
            "the rest follows each other"
        );
    }
}
