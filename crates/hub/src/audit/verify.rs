//! Verification: follows each hash chain from its first entry to its head and beyond, and compares all of them with a
//! checkpoint.

use tessera_core::audit::{Checked, Finding, Following, Header, Meeting};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::{Broken, Head};
use tessera_store::{Reads, StoreError};
use uuid::Uuid;

use super::directory::checked;
use super::{AuditError, Checkpoint, Checkpoints, Directory, PAGE};
use crate::secret::SecretKey;

/// The reference that the timelines are compared with, in addition to their own heads.
#[derive(Debug, Clone)]
pub enum Against {
    /// Every record of a checkpoint.
    Checkpoint(Checkpoint, Box<SecretKey>),
    /// The totals of a header whose records are not available.
    Counts(Header),
}

impl Against {
    /// Opens a checkpoint file.
    ///
    /// # Errors
    /// If it cannot be read, or was not signed with this key.
    pub fn file(path: &std::path::Path, key: SecretKey) -> Result<Self, AuditError> {
        Ok(Self::Checkpoint(Checkpoint::open(path, &key)?, Box::new(key)))
    }

    /// Reads a header that a witness kept. The file with that number must have the same header. If the file is gone,
    /// only the totals are compared.
    ///
    /// # Errors
    /// If the header has a wrong signature, or the directory holds a different checkpoint with that number.
    pub fn read(text: &str, key: SecretKey, directory: Option<&Directory>) -> Result<Self, AuditError> {
        let header = checked(text, &key).map_err(AuditError::Checkpoint)?;
        let file = directory.map(|directory| directory.numbered(header.number)).transpose()?.flatten();
        match file {
            None => Ok(Self::Counts(header)),
            Some(file) if file.header == header => Ok(Self::Checkpoint(file, Box::new(key))),
            Some(_) => {
                let text =
                    format!("checkpoint {} in the directory is another one than the header given", header.number);
                Err(AuditError::Checkpoint(text))
            }
        }
    }

    /// The header: the totals of all timelines.
    pub const fn header(&self) -> &Header {
        match self {
            Self::Checkpoint(checkpoint, _) => &checkpoint.header,
            Self::Counts(header) => header,
        }
    }
}

impl Checkpoints {
    /// The newest checkpoint as a reference for verification, if there is one.
    ///
    /// # Errors
    /// If the directory cannot be read, or holds a file with a wrong signature.
    pub fn newest(&self) -> Result<Option<Against>, AuditError> {
        Ok(self.directory().newest()?.map(|newest| Against::Checkpoint(newest, Box::new(self.key.clone()))))
    }
}

/// Verifies all timelines. Reports the first bad entry of each timeline as soon as it is found.
///
/// # Errors
/// If the database or the checkpoint cannot be read.
pub async fn verify(
    store: &Reads,
    against: Option<&Against>,
    mut tell: impl FnMut(Finding),
) -> Result<Checked, AuditError> {
    let mut whole = true;
    let mut report = |finding| {
        whole = false;
        tell(finding);
    };
    let records = match against {
        Some(Against::Checkpoint(checkpoint, key)) => Some(checkpoint.records(key)?),
        _ => None,
    };
    let number = against.map_or(0, |against| against.header().number);
    let mut known = Meeting::new(number, records.into_iter().flatten());
    let (mut checked, mut from) = (Checked::default(), Some(CustomerId::FIRST));
    while let Some(first) = from {
        let page = store.heads(first, PAGE).await?;
        for (customer, head) in &page {
            let customer = *customer;
            std::iter::from_fn(|| known.gone(Some(customer))).for_each(&mut report);
            let head = match head {
                Ok(head) => *head,
                Err(error) => {
                    let broken = Broken::HeadUnreadable { why: error.to_string() };
                    report(Finding::Chain { customer, broken });
                    continue;
                }
            };
            let mut chain = Following::new(known.recorded(customer));
            if let Err(broken) = follow(store, customer, head, &mut chain).await? {
                report(Finding::Chain { customer, broken });
            }
            checked.timelines += 1;
            checked.entries += u64::try_from(chain.reached().length).unwrap_or(0);
        }
        from = next_id(&page);
    }
    std::iter::from_fn(|| known.gone(None)).for_each(&mut report);
    if let Some((customer, seq)) = store.orphaned_entry().await? {
        report(Finding::Orphan { customer, seq });
    }
    // A chain is counted only up to its first bad entry, so after a finding the totals say nothing.
    let fewer = against.and_then(|against| checked.against(against.header()).err());
    if let Some(fewer) = fewer.filter(|_| whole) {
        tell(fewer);
    }
    Ok(checked)
}

/// Follows one chain to its head, and checks that no entries follow.
async fn follow(
    store: &Reads,
    customer: CustomerId,
    mut head: Head,
    chain: &mut Following,
) -> Result<Result<(), Broken>, StoreError> {
    // Entries that were inserted without the hub may have numbers below 1.
    let mut from = i64::MIN;
    loop {
        if let Err(broken) = follow_to(store, customer, (from, head.length), chain).await? {
            return Ok(Err(broken));
        }
        let Some(next) = head.length.checked_add(1) else { return Ok(chain.end(head, None)) };
        let beyond = match store.timeline_seq_from(customer, next).await {
            Err(StoreError::Undecodable(error)) => {
                return Ok(Err(Broken::Unreadable { seq: next, why: error.to_string() }));
            }
            beyond => beyond?,
        };
        if beyond.is_none() || chain.reached().length < head.length {
            return Ok(chain.end(head, beyond));
        }
        // An honest writer appended an entry after the head was read, and updated the head in the same transaction.
        let moved = store.timeline_head(customer).await?.unwrap_or_default();
        if moved.length <= head.length {
            return Ok(chain.end(head, beyond));
        }
        (from, head) = (next, moved);
    }
}

/// Follows a chain through a range of entries.
async fn follow_to(
    store: &Reads,
    customer: CustomerId,
    (mut from, to): (i64, i64),
    chain: &mut Following,
) -> Result<Result<(), Broken>, StoreError> {
    loop {
        let page = match store.timeline_between(customer, from..=to, PAGE).await {
            Ok(page) => page,
            Err(StoreError::Undecodable(error)) => {
                return Ok(Err(Broken::Unreadable { seq: chain.reached().length + 1, why: error.to_string() }));
            }
            Err(error) => return Err(error),
        };
        if let Err(broken) = chain.follow(&page) {
            return Ok(Err(broken));
        }
        match page.last() {
            Some(last) if page.len() == PAGE && last.seq < to => from = last.seq + 1,
            _ => return Ok(Ok(())),
        }
    }
}

/// The first id of the next page of customers. `None`: this was the last page.
pub(super) fn next_id<T>(page: &[(CustomerId, T)]) -> Option<CustomerId> {
    let (last, _) = page.last()?;
    last.0.as_u128().checked_add(1).map(|next| CustomerId(Uuid::from_u128(next)))
}
