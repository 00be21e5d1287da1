//! The audit: whether all timelines are what was written, judged by their own chains and by a checkpoint that is kept elsewhere (`H05`).
//!
//! A chain alone proves nothing against somebody who writes to the whole database: they can compute it anew. A checkpoint records where
//! every chain stood, is signed with a key that the database does not hold, and lies outside it. Chains only grow, so whatever a checkpoint
//! recorded must be found in them for ever.

use std::iter::Peekable;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kernel::ids::CustomerId;
use crate::kernel::timeline::{self, Broken, Entry, Hash, Head};

/// What is signed begins with it: the form of everything after it.
const FORMAT: &str = "tessera checkpoint 1";

/// A hash that is written in hexadecimal digits.
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

/// Where the timeline of one customer stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Whose.
    pub customer: CustomerId,
    /// How many entries there were.
    pub length: i64,
    /// The hash of the last one.
    pub hash: Hex,
}

impl Record {
    /// A record of a head.
    pub const fn new(customer: CustomerId, head: Head) -> Self {
        Self { customer, length: head.length, hash: Hex(head.hash) }
    }

    /// The head it recorded.
    pub const fn head(&self) -> Head {
        Head { length: self.length, hash: self.hash.0 }
    }
}

/// What a checkpoint says of all timelines together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its number: each has the next one.
    pub number: u64,
    /// When it was begun.
    pub at: Timestamp,
    /// How many customers there were.
    pub customers: u64,
    /// How many entries they had.
    pub entries: u64,
    /// The digest of all records, in order of the customers' ids.
    pub heads: Hex,
    /// The digest of the checkpoint before it.
    pub previous: Option<Hex>,
}

/// A signed header: the first line of a checkpoint's file, and what is sent elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// What it says.
    #[serde(flatten)]
    pub header: Header,
    /// The signature, by the installation's key for checkpoints.
    pub signature: Hex,
}

impl Header {
    /// The header after `previous`, which records what was counted.
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

    /// The text that is signed.
    pub fn signed_text(&self) -> String {
        // Plain data: serialising it cannot fail.
        format!("{FORMAT}\n{}", serde_json::to_string(self).unwrap_or_default())
    }

    /// What the next checkpoint keeps of this one.
    pub fn digest(&self) -> Hash {
        Sha256::digest(self.signed_text()).into()
    }

    /// Whether it is the one after `previous`.
    pub fn follows(&self, previous: &Self) -> bool {
        self.number == previous.number + 1 && self.previous == Some(Hex(previous.digest()))
    }

    /// Whether these are the records it was signed with.
    pub fn records(&self, counted: Tally) -> bool {
        (self.customers, self.entries) == (counted.customers, counted.entries) && self.heads.0 == counted.digest()
    }
}

/// Records as they are counted, in order of the customers' ids.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    customers: u64,
    entries: u64,
    digest: Sha256,
}

impl Tally {
    /// Counts one more.
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

/// What is wrong with the timelines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The chain of a customer is not as it was written.
    #[error("customer {customer}: {broken}")]
    Chain {
        /// Whose.
        customer: CustomerId,
        /// What is wrong with it.
        broken: Broken,
    },
    /// A customer is gone whom a checkpoint recorded. Customers are never deleted.
    #[error("customer {customer}, entry 1: the customer is gone; checkpoint {checkpoint} recorded {recorded} entries")]
    Gone {
        /// Who.
        customer: CustomerId,
        /// Which checkpoint.
        checkpoint: u64,
        /// How many entries it recorded.
        recorded: i64,
    },
    /// An entry belongs to nobody.
    #[error("customer {customer}: entry {seq} is there, but its customer is gone")]
    Orphan {
        /// Whose it was.
        customer: CustomerId,
        /// The first such entry.
        seq: i64,
    },
    /// There is less than a checkpoint counted. Chains only grow.
    #[error(
        "checkpoint {checkpoint} counted {customers} customers and {entries} entries; there are {found_customers} and {found_entries}"
    )]
    Fewer {
        /// Which checkpoint.
        checkpoint: u64,
        /// How many customers it counted.
        customers: u64,
        /// How many entries.
        entries: u64,
        /// How many customers there are.
        found_customers: u64,
        /// How many entries.
        found_entries: u64,
    },
}

/// How much was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Timelines.
    pub timelines: u64,
    /// Entries.
    pub entries: u64,
}

impl Checked {
    /// Whether it is at least what a checkpoint counted.
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

/// The records of a checkpoint, met with the customers of today in order of their ids.
#[derive(Debug)]
pub struct Meeting<I: Iterator<Item = Record>> {
    checkpoint: u64,
    records: Peekable<I>,
}

impl<I: Iterator<Item = Record>> Meeting<I> {
    /// Of these records, in order.
    pub fn new(checkpoint: u64, records: I) -> Self {
        Self { checkpoint, records: records.peekable() }
    }

    /// The next customer who was recorded and is gone: the next one of today is `before`, or there is none any more.
    pub fn gone(&mut self, before: Option<CustomerId>) -> Option<Finding> {
        let record = self.records.next_if(|record| before.is_none_or(|before| record.customer < before))?;
        Some(Finding::Gone { customer: record.customer, checkpoint: self.checkpoint, recorded: record.length })
    }

    /// What was recorded of a customer of today.
    pub fn recorded(&mut self, of: CustomerId) -> Option<Recorded> {
        let record = self.records.next_if(|record| record.customer == of)?;
        Some(Recorded { checkpoint: self.checkpoint, head: record.head() })
    }
}

/// Where a checkpoint found a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Which checkpoint.
    pub checkpoint: u64,
    /// Where the chain stood.
    pub head: Head,
}

impl Recorded {
    /// Whether a chain of this length, with this hash where the record was made, goes on from it.
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

/// One chain, followed entry by entry.
#[derive(Debug, Clone, Copy)]
pub struct Following {
    reached: Head,
    recorded: Option<Recorded>,
}

impl Following {
    /// From the beginning; it must pass where a checkpoint found it.
    pub fn new(recorded: Option<Recorded>) -> Self {
        Self { reached: Head::default(), recorded }
    }

    /// Where it stands.
    pub const fn reached(&self) -> Head {
        self.reached
    }

    /// Takes the next entries.
    pub fn follow(&mut self, entries: &[Entry]) -> Result<(), Broken> {
        for entry in entries {
            self.reached = timeline::verify_part([entry], self.reached)?;
            if let Some(recorded) = self.recorded.filter(|recorded| recorded.head.length == entry.seq) {
                recorded.is_extended(entry.seq, Some(entry.hash))?;
            }
        }
        Ok(())
    }

    /// There are no more entries up to the head. `beyond`: the first one after it, if there is one.
    pub fn end(&self, head: Head, beyond: Option<i64>) -> Result<(), Broken> {
        timeline::ends(self.reached, head, beyond)?;
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
    fn h05_a_header_keeps_counts_order_hashes_and_the_one_before() {
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
    fn h05_a_signed_header_reads_back_and_a_wrong_hash_does_not() {
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
    fn h05_whoever_was_recorded_is_met_or_gone() {
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
    fn h05_a_chain_extends_a_record_or_says_where_not() {
        let recorded = Recorded { checkpoint: 4, head: Head { length: 3, hash: [3; 32] } };
        assert_eq!(recorded.is_extended(3, Some([3; 32])), Ok(()));
        assert_eq!(recorded.is_extended(9, Some([3; 32])), Ok(()));
        assert_eq!(recorded.is_extended(9, Some([4; 32])), Err(Broken::Rewritten { seq: 3, checkpoint: 4 }));
        assert_eq!(recorded.is_extended(2, None), Err(Broken::Shortened { checkpoint: 4, recorded: 3, found: 2 }));
        let empty = Recorded { checkpoint: 4, head: Head::default() };
        assert_eq!(empty.is_extended(2, None), Ok(()));
    }
}
