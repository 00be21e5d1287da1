//! The second factor: a code that an app shows (RFC 6238), and recovery codes for when the app is lost.

use jiff::Timestamp;
use uuid::Uuid;

use super::plans::{CredentialError, Subject, tell};
use super::{Credentials, Notice};
use crate::credentials::change::CredentialChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};

/// How many recovery codes are made at once.
pub const CODES: usize = 10;

/// A second factor that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// From this and the installation's secret key the app's secret is derived: the database alone does not hold it.
    pub key_id: Uuid,
    /// Since when.
    pub since: Timestamp,
    /// The last time step of which a code was taken: no code of it, or of an earlier one, is taken again.
    pub last_step: i64,
}

/// A second factor about to be added: the person has shown a code of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Names the secret that the app was given.
    pub key_id: Uuid,
    /// The time step of the code shown.
    pub step: i64,
    /// Keyed hashes of the recovery codes that the person is shown once.
    pub codes: Vec<[u8; 32]>,
}

/// Adds a second factor to a password, in the place of one that is there.
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
    let Enrolment { key_id, step, codes } = enrolment;
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    let added = CredentialChange::PutSecondFactor { person: person.id, key_id, step, at: stamp.now };
    draft.push(added, "the person showed a code of it");
    draft.push(CredentialChange::PutRecoveryCodes { person: person.id, codes }, "the app may be lost");
    tell(&mut draft, person, Notice::SecondFactorAdded, session, stamp);
    Ok(draft.finish())
}

/// Takes the app away, and the recovery codes unless passkeys still need them.
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

/// Makes fresh recovery codes; the old ones work no longer.
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

/// A typed code as it is compared: without blanks and hyphens, letters that look like figures read as figures.
pub fn normal_code(typed: &str) -> String {
    let read = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(char::is_ascii_alphanumeric).map(read).take(64).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn p03_a_code_is_read_however_it_is_typed() {
        assert_eq!(super::normal_code(" 123 456 "), "123456");
        assert_eq!(super::normal_code("7k3f-o9qx-lI2m"), "7K3F09QX112M");
    }
}
