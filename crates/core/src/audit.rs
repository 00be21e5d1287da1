//! Audit of all timelines, against their own hash chains and a checkpoint stored elsewhere (`H05`).
//!
//! A chain alone does not protect against an attacker who can write to the whole database and recompute it. A
//! checkpoint records the head of every chain, is signed with a key that is not in the database, and is stored outside
//! of it. Chains only grow, so every head that a checkpoint recorded must remain in its chain.

use std::iter::Peekable;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kernel::ids::CustomerId;
use crate::kernel::timeline::{self, Broken, Entry, Hash, Head, Rewrites};

/// Format prefix of the signed text.
const FORMAT: &str = "tessera checkpoint 1";

/// A hash in hexadecimal notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex(pub Hash);

impl From<Hex> for String {
    fn from(Hex(hash): Hex) -> Self {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "a hash has 64 hexadecimal digits";
        let digits: Option<Vec<_>> = text.chars().map(|digit| digit.to_digit(16)).collect();
        let bytes = digits
            .ok_or(WRONG)?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect::<Vec<_>>();
        let bytes: Vec<u8> = bytes.into_iter().filter_map(|byte| u8::try_from(byte).ok()).collect();
        if text.len() == 64 { bytes.try_into().map(Self).map_err(|_| WRONG) } else { Err(WRONG) }
    }
}

/// Head of a customer's timeline at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The customer.
    pub customer: CustomerId,
    /// Number of entries.
    pub length: i64,
    /// Hash of the last entry.
    pub hash: Hex,
}

impl Record {
    /// Creates a record of a head.
    pub const fn new(customer: CustomerId, head: Head) -> Self {
        Self { customer, length: head.length, hash: Hex(head.hash) }
    }

    /// The recorded head.
    pub const fn head(&self) -> Head {
        Head { length: self.length, hash: self.hash.0 }
    }
}

/// Header of a checkpoint, which summarises all timelines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Sequence number.
    pub number: u64,
    /// Start time.
    pub at: Timestamp,
    /// Number of customers.
    pub customers: u64,
    /// Number of entries of all customers.
    pub entries: u64,
    /// Digest of all records, in order of customer ids.
    pub heads: Hex,
    /// Digest of the previous checkpoint.
    pub previous: Option<Hex>,
}

/// A signed header: the first line of a checkpoint file, also sent to the witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The header.
    #[serde(flatten)]
    pub header: Header,
    /// Signature with the installation's checkpoint key.
    pub signature: Hex,
}

impl Header {
    /// Creates the header after `previous` from the counted records.
    pub fn following(previous: Option<&Self>, at: Timestamp, counted: Tally) -> Self {
        Self {
            number: previous.map_or(1, |previous| previous.number + 1),
            at,
            customers: counted.customers,
            entries: counted.entries,
            heads: Hex(counted.digest()),
            previous: previous.map(|previous| Hex(previous.digest())),
        }
    }

    /// The text to sign.
    pub fn signed_text(&self) -> String {
        // A header is plain data, so serialising it cannot fail.
        format!("{FORMAT}\n{}", serde_json::to_string(self).unwrap_or_default())
    }

    /// The digest that the next checkpoint includes.
    pub fn digest(&self) -> Hash {
        Sha256::digest(self.signed_text()).into()
    }

    /// Whether it directly follows `previous`.
    pub fn follows(&self, previous: &Self) -> bool {
        self.number == previous.number + 1 && self.previous == Some(Hex(previous.digest()))
    }

    /// Whether the counted records are those of the header.
    pub fn records(&self, counted: Tally) -> bool {
        (self.customers, self.entries) == (counted.customers, counted.entries) && self.heads.0 == counted.digest()
    }
}

/// Running total of records, added in order of customer ids.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    customers: u64,
    entries: u64,
    digest: Sha256,
}

impl Tally {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        self.customers += 1;
        self.entries += u64::try_from(record.length).unwrap_or(0);
        self.digest.update(record.customer.0.as_bytes());
        self.digest.update(record.length.to_be_bytes());
        self.digest.update(record.hash.0);
    }

    fn digest(self) -> Hash {
        self.digest.finalize().into()
    }
}

/// Defects found by an audit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A customer's chain is broken.
    #[error("customer {customer}: {broken}")]
    Chain {
        /// The customer.
        customer: CustomerId,
        /// The defect.
        broken: Broken,
    },
    /// A customer recorded by a checkpoint does not exist. Customers are never deleted.
    #[error("customer {customer}, entry 1: the customer is gone; checkpoint {checkpoint} recorded {recorded} entries")]
    Gone {
        /// The customer's id.
        customer: CustomerId,
        /// Number of the checkpoint.
        checkpoint: u64,
        /// Number of entries it recorded.
        recorded: i64,
    },
    /// An entry's customer does not exist.
    #[error("customer {customer}: entry {seq} is there, but its customer is gone")]
    Orphan {
        /// The missing customer's id.
        customer: CustomerId,
        /// The first such entry.
        seq: i64,
    },
    /// There are fewer customers or entries than a checkpoint counted. Chains only grow.
    #[error(
        "checkpoint {checkpoint} counted {customers} customers and {entries} entries; there are {found_customers} and {found_entries}"
    )]
    Fewer {
        /// Number of the checkpoint.
        checkpoint: u64,
        /// Number of customers it counted.
        customers: u64,
        /// Number of entries it counted.
        entries: u64,
        /// Number of customers found.
        found_customers: u64,
        /// Number of entries found.
        found_entries: u64,
    },
}

/// Totals of an audit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Number of timelines verified.
    pub timelines: u64,
    /// Number of entries verified.
    pub entries: u64,
}

impl Checked {
    /// Checks that the totals are not below those of a checkpoint.
    pub const fn against(self, header: &Header) -> Result<(), Finding> {
        if self.timelines >= header.customers && self.entries >= header.entries {
            return Ok(());
        }
        Err(Finding::Fewer {
            checkpoint: header.number,
            customers: header.customers,
            entries: header.entries,
            found_customers: self.timelines,
            found_entries: self.entries,
        })
    }
}

/// Merges the records of a checkpoint with the current customers, both in order of ids.
#[derive(Debug)]
pub struct Meeting<I: Iterator<Item = Record>> {
    checkpoint: u64,
    records: Peekable<I>,
}

impl<I: Iterator<Item = Record>> Meeting<I> {
    /// Starts with the records of a checkpoint, in order.
    pub fn new(checkpoint: u64, records: I) -> Self {
        Self { checkpoint, records: records.peekable() }
    }

    /// The next recorded customer that no longer exists: one with an id below `before`, the next current customer, or
    /// any if there are no more current customers.
    pub fn gone(&mut self, before: Option<CustomerId>) -> Option<Finding> {
        let record = self.records.next_if(|record| before.is_none_or(|before| record.customer < before))?;
        Some(Finding::Gone { customer: record.customer, checkpoint: self.checkpoint, recorded: record.length })
    }

    /// The recorded head of a current customer.
    pub fn recorded(&mut self, of: CustomerId) -> Option<Recorded> {
        let record = self.records.next_if(|record| record.customer == of)?;
        Some(Recorded { checkpoint: self.checkpoint, head: record.head() })
    }
}

/// A chain's head as recorded by a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Number of the checkpoint.
    pub checkpoint: u64,
    /// The recorded head.
    pub head: Head,
}

impl Recorded {
    /// Checks that a chain extends the recorded head. `length` is its current length, `hash` its hash at the recorded
    /// position.
    pub fn is_extended(self, length: i64, hash: Option<Hash>) -> Result<(), Broken> {
        let Self { checkpoint, head } = self;
        if length < head.length {
            return Err(Broken::Shortened { checkpoint, recorded: head.length, found: length.max(0) });
        }
        if head.length > 0 && hash != Some(head.hash) {
            return Err(Broken::Rewritten { seq: head.length, checkpoint });
        }
        Ok(())
    }
}

/// Incremental verification of one chain.
#[derive(Debug, Clone)]
pub struct Following {
    reached: Head,
    recorded: Option<Recorded>,
    rewrites: Rewrites,
}

impl Following {
    /// Starts at the beginning of the chain, which must extend the `recorded` head.
    pub fn new(recorded: Option<Recorded>) -> Self {
        Self { reached: Head::default(), recorded, rewrites: Rewrites::default() }
    }

    /// The head of the verified part.
    pub const fn reached(&self) -> Head {
        self.reached
    }

    /// Verifies the next entries.
    pub fn follow(&mut self, entries: &[Entry]) -> Result<(), Broken> {
        for entry in entries {
            self.reached = timeline::verify_part([entry], self.reached)?;
            self.rewrites.follow(entry);
            if let Some(recorded) = self.recorded.filter(|recorded| recorded.head.length == entry.seq) {
                recorded.is_extended(entry.seq, Some(entry.hash))?;
            }
        }
        Ok(())
    }

    /// Checks the end of the chain against its head. `beyond`: the first entry after the head, if any.
    pub fn end(&self, head: Head, beyond: Option<i64>) -> Result<(), Broken> {
        timeline::ends(self.reached, head, beyond)?;
        self.rewrites.end()?;
        let shorter = self.recorded.filter(|recorded| recorded.head.length > self.reached.length);
        shorter.map_or(Ok(()), |recorded| recorded.is_extended(self.reached.length, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(customer: u128, length: i64, hash: u8) -> Record {
        Record::new(uuid::Uuid::from_u128(customer).into(), Head { length, hash: [hash; 32] })
    }

    fn tally(records: &[Record]) -> Tally {
        let mut tally = Tally::default();
        for record in records {
            tally.add(record);
        }
        tally
    }

    #[test]
    fn h05_checkpoint_header_covers_counts_order_hashes_and_its_predecessor() {
        let records = [record(1, 3, 7), record(2, 0, 0)];
        let first = Header::following(None, Timestamp::UNIX_EPOCH, tally(&records));
        assert_eq!((first.number, first.customers, first.entries, first.previous), (1, 2, 3, None));
        assert!(first.records(tally(&records)));
        for other in [
            &records[..1],
            &[records[1], records[0]],
            &[record(1, 3, 8), records[1]],
            &[record(1, 2, 7), record(2, 1, 0)],
        ] {
            assert!(!first.records(tally(other)), "{other:?}");
        }
        let second = Header::following(Some(&first), Timestamp::UNIX_EPOCH, tally(&records));
        assert!(second.follows(&first) && !first.follows(&second) && !second.follows(&second));
        assert!(!second.follows(&Header { entries: 4, ..first }));
    }

    #[test]
    fn h05_signed_header_round_trips_and_invalid_hashes_are_rejected() {
        let header = Header::following(None, Timestamp::UNIX_EPOCH, tally(&[record(1, 3, 0xa7)]));
        let signed = Signed { header, signature: Hex([0xf0; 32]) };
        let text = serde_json::to_string(&signed).unwrap();
        assert!(text.ends_with(&format!("\"signature\":\"{}\"}}", "f0".repeat(32))), "{text}");
        assert_eq!(serde_json::from_str::<Signed>(&text).unwrap(), signed);
        for wrong in ["f0".repeat(31), "g0".repeat(32), "é".repeat(32), String::new()] {
            assert!(Hex::try_from(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn h05_recorded_customers_are_matched_or_reported_as_gone() {
        let mut meeting = Meeting::new(4, [record(1, 1, 1), record(3, 2, 2), record(5, 3, 3)].into_iter());
        let id = |id: u128| CustomerId(uuid::Uuid::from_u128(id));
        let gone = |customer, recorded| Some(Finding::Gone { customer: id(customer), checkpoint: 4, recorded });
        assert_eq!(meeting.gone(Some(id(2))), gone(1, 1));
        assert_eq!(meeting.gone(Some(id(2))), None);
        assert_eq!(meeting.recorded(id(2)), None, "a customer of later");
        assert_eq!(meeting.recorded(id(3)).map(|it| it.head.length), Some(2));
        assert_eq!(meeting.gone(None), gone(5, 3));
        assert_eq!(meeting.gone(None), None);
    }

    #[test]
    fn h05_chain_must_extend_the_recorded_head() {
        let recorded = Recorded { checkpoint: 4, head: Head { length: 3, hash: [3; 32] } };
        assert_eq!(recorded.is_extended(3, Some([3; 32])), Ok(()));
        assert_eq!(recorded.is_extended(9, Some([3; 32])), Ok(()));
        assert_eq!(recorded.is_extended(9, Some([4; 32])), Err(Broken::Rewritten { seq: 3, checkpoint: 4 }));
        assert_eq!(recorded.is_extended(2, None), Err(Broken::Shortened { checkpoint: 4, recorded: 3, found: 2 }));
        let empty = Recorded { checkpoint: 4, head: Head::default() };
        assert_eq!(empty.is_extended(2, None), Ok(()));
    }
}
