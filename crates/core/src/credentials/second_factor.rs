//! The second factor: codes of an authenticator app (RFC 6238), and recovery codes in case the app is lost.

use jiff::Timestamp;
use uuid::Uuid;

use super::plans::{CredentialError, Subject, tell};
use super::{Credentials, Notice};
use crate::credentials::change::CredentialChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::unicode::{as_seen, plain_digits};

/// Number of recovery codes in a set.
pub const CODES: usize = 10;

/// A stored second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Key id.
    pub key_id: Uuid,
    /// The app's secret, encrypted with a secret key of the installation, so that the database alone does not reveal it.
    /// `None`: an earlier version added it, and derives the secret from its secret key and the key id.
    pub sealed: Option<String>,
    /// Time when it was added.
    pub since: Timestamp,
    /// Last time step whose code was accepted. Codes of this step and earlier ones are rejected, which prevents replay.
    pub last_step: i64,
}

/// A second factor to be added, confirmed by a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Key id, from which the app's secret was derived while it was offered.
    pub key_id: Uuid,
    /// The app's secret, encrypted.
    pub sealed: String,
    /// Time step of the confirming code.
    pub step: i64,
    /// Keyed hashes of the recovery codes, which the person sees once.
    pub codes: Vec<[u8; 32]>,
}

/// Sets or replaces the authenticator app of a person with a password.
pub fn add_second_factor(
    subject: Subject<'_>,
    credentials: &Credentials,
    enrolment: Enrolment,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    if credentials.password_hash.is_none() {
        return Err(CredentialError::NoPassword);
    }
    let (person, session) = (subject.person, subject.session);
    let Enrolment { key_id, sealed, step, codes } = enrolment;
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    let added = CredentialChange::PutSecondFactor { person: person.id, key_id, sealed, step, at: stamp.now };
    draft.push(added, "the person showed a code of it");
    draft.push(CredentialChange::PutRecoveryCodes { person: person.id, codes }, "the app may be lost");
    tell(&mut draft, person, Notice::SecondFactorAdded, session, stamp);
    Ok(draft.finish())
}

/// Removes the authenticator app, and the recovery codes unless passkeys need them.
pub fn remove_second_factor(
    subject: Subject<'_>,
    credentials: &Credentials,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    if credentials.second_factor.is_none() {
        return Err(CredentialError::Nothing);
    }
    let (person, session) = (subject.person, subject.session);
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    draft.push(CredentialChange::ForgetSecondFactor(person.id), "it is no longer used");
    tell(&mut draft, person, Notice::SecondFactorRemoved, session, stamp);
    Ok(draft.finish())
}

/// Replaces the recovery codes.
pub fn renew_codes(
    subject: Subject<'_>,
    credentials: &Credentials,
    codes: Vec<[u8; 32]>,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    if !credentials.has_second_step() {
        return Err(CredentialError::Nothing);
    }
    let (person, session) = (subject.person, subject.session);
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    draft.push(CredentialChange::PutRecoveryCodes { person: person.id, codes }, "the old ones are used up or seen");
    tell(&mut draft, person, Notice::CodesRenewed, session, stamp);
    Ok(draft.finish())
}

/// Normalises a typed code for comparison: no blanks or hyphens; letters that look like digits, and the digits of other
/// keyboards, become digits.
pub fn normal_code(typed: &str) -> String {
    let read = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    plain_digits(&as_seen(typed)).chars().filter(char::is_ascii_alphanumeric).map(read).take(64).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn p03_codes_are_normalised_before_comparison() {
        assert_eq!(super::normal_code(" 123 456 "), "123456");
        for typed in ["１２３　４５６", "١٢٣ ٤٥٦", "۱۲۳۴۵۶", "\u{200e}123\u{a0}456\u{200b}"] {
            assert_eq!(super::normal_code(typed), "123456", "{typed}");
        }
        assert_eq!(super::normal_code("7k3f-o9qx-lI2m"), "7K3F09QX112M");
    }
}
