//! Profile changes that people make themselves in the portal (`P09`): name, telephone number, notifications and e-mail
//! address.
//!
//! Notices and one-time links go to the e-mail address. A new address therefore takes effect only after the signed-in
//! person opens a link sent to it; then the old address is notified and other sessions end.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::credentials::change::CredentialChange;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{EmailChangeId, PersonId};
use crate::kernel::input::{self, InputError};
use crate::kernel::job::change::JobChange;
use crate::kernel::language::{self, Language, Preferences};
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::{mask, normalise};
use crate::persons::Person;
use crate::persons::change::PersonChange;
use crate::persons::event::PersonEvent;
use crate::persons::jobs::{MailEmailChange, MailEmailChanged};

/// Lifetime of the confirmation link.
pub const EMAIL_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Maximum number of address changes requested within [`EMAILS_WITHIN`].
pub const EMAILS: usize = 3;
/// Period of the rate limit.
pub const EMAILS_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Maximum length of a name, in characters.
const NAME: usize = 100;

/// Profile data stored beside the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The person.
    pub person: PersonId,
    /// Version; 0 if nothing is stored yet.
    pub version: i64,
    /// The telephone number, as entered.
    pub phone: Option<String>,
    /// Whether replies in followed topics are announced by mail.
    pub notify_of_replies: bool,
    /// Language and time zone, as chosen by the person.
    pub preferences: Preferences,
}

impl Profile {
    /// The default profile.
    pub const fn of(person: PersonId) -> Self {
        let preferences = Preferences { language: None, time_zone: None };
        Self { person, version: 0, phone: None, notify_of_replies: true, preferences }
    }
}

/// A requested e-mail address, not yet confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// Id, from which the link's token is derived.
    pub id: EmailChangeId,
    /// The person.
    pub person: PersonId,
    /// The new address, as entered.
    pub email: String,
    /// SHA-256 of the link's token.
    pub token_hash: [u8; 32],
    /// Time of the request.
    pub created_at: Timestamp,
    /// Expiry of the link.
    pub expires_at: Timestamp,
}

/// A change of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileChange {
    /// Store the profile. Its stored version must be the previous one.
    Put(Profile),
    /// Store an address request, replacing an earlier one.
    AskEmail(EmailChange),
    /// Confirm a pending address request.
    TakeEmail {
        /// The request.
        id: EmailChangeId,
        /// Time of confirmation.
        at: Timestamp,
    },
}

impl FeatureChange for ProfileChange {}

/// The profile form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileForm {
    /// The name.
    pub name: String,
    /// The telephone number; may be empty.
    pub phone: String,
    /// Whether replies are announced by mail.
    pub notify_of_replies: bool,
    /// The language's tag; empty to follow the browser.
    pub language: String,
    /// The time zone's name; empty for the installation's.
    pub time_zone: String,
}

/// Validation error of the profile form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Invalid name.
    #[error("Your name: {0}.")]
    Name(InputError),
    /// Invalid telephone number.
    #[error("Your telephone number: {0}.")]
    Phone(InputError),
    /// Too few digits for a telephone number.
    #[error("Your telephone number: write at least four digits, or leave it empty.")]
    NoPhone,
    /// Unknown time zone.
    #[error("We don’t know this time zone. Choose one from the list.")]
    NoZone,
    /// Invalid address.
    #[error("This is not a valid e-mail address. Enter one like name@example.com.")]
    NoEmail,
    /// Same as the current address.
    #[error("This is already your address.")]
    SameEmail,
    /// Rate limit for confirmation mails.
    #[error(
        "You asked for this several times within an hour. Check your e-mail and your spam folder, or try again later."
    )]
    TooOften,
}

impl Rejection for ProfileError {
    /// The form field concerned.
    fn code(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Phone(_) | Self::NoPhone => "phone",
            Self::NoZone => "time_zone",
            Self::NoEmail | Self::SameEmail | Self::TooOften => "email",
        }
    }
}

/// Profile fields that a person can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// The name.
    Name,
    /// The telephone number.
    Phone,
    /// Notification settings.
    Notices,
    /// The language of pages and e-mails.
    Language,
    /// The time zone in which times are shown.
    TimeZone,
}

/// Plans the changes of a profile form. Empty plan when nothing changed.
pub fn edit(
    person: &Person,
    before: &Profile,
    typed: &ProfileForm,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<Plan, ProfileError> {
    let name = input::line(&typed.name, NAME).map_err(ProfileError::Name)?;
    let phone = input::optional_line(&typed.phone, input::PHONE).map_err(ProfileError::Phone)?;
    let phone = input::optional_phone(phone.as_deref().unwrap_or_default()).map_err(|_| ProfileError::NoPhone)?;
    let preferences = preferences(typed)?;
    let after = Profile { phone, notify_of_replies: typed.notify_of_replies, preferences, ..before.clone() };
    let changed = [
        (ProfileField::Name, name != person.name),
        (ProfileField::Phone, after.phone != before.phone),
        (ProfileField::Notices, after.notify_of_replies != before.notify_of_replies),
        (ProfileField::Language, after.preferences.language != before.preferences.language),
        (ProfileField::TimeZone, after.preferences.time_zone != before.preferences.time_zone),
    ];
    let changes: Vec<ProfileField> =
        changed.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
    if changes.is_empty() {
        return Ok(Plan::default());
    }
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.rest_on_customer();
    draft.note(PersonEvent::ProfileChanged { name: (&name).into(), changes });
    if name != person.name {
        let renamed = Person { name, ..person.clone() };
        draft.push(PersonChange::Update(Box::new(renamed)), "the person is called so now");
    }
    if after != *before {
        draft.push(ProfileChange::Put(after), "the person changed it");
    }
    Ok(draft.finish())
}

/// The chosen language and time zone. A language that there is not is no choice.
fn preferences(typed: &ProfileForm) -> Result<Preferences, ProfileError> {
    let time_zone = Some(typed.time_zone.trim()).filter(|name| !name.is_empty());
    if time_zone.is_some_and(|name| language::zone(name).is_none()) {
        return Err(ProfileError::NoZone);
    }
    Ok(Preferences { language: Language::parse(&typed.language), time_zone: time_zone.map(ToOwned::to_owned) })
}

/// Switches off e-mails about replies, by the link in such an e-mail. Empty plan if they are off.
pub fn unsubscribe(person: &Person, before: &Profile, customer: Customer, stamp: Stamp<'_>) -> Plan {
    if !before.notify_of_replies {
        return Plan::default();
    }
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.rest_on_customer();
    draft.note(PersonEvent::ProfileChanged { name: (&person.name).into(), changes: vec![ProfileField::Notices] });
    let after = Profile { notify_of_replies: false, ..before.clone() };
    draft.push(ProfileChange::Put(after), "the person wants no e-mails about replies");
    draft.finish()
}

/// Requests a new address. `token_hash` computes the hash of the token that belongs to an id.
pub fn ask_email(
    person: &Person,
    asked: &[Timestamp],
    typed: &str,
    token_hash: impl FnOnce(EmailChangeId) -> [u8; 32],
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<Plan, ProfileError> {
    let email = input::email(typed).ok_or(ProfileError::NoEmail)?;
    if person.email.as_deref().and_then(normalise::email) == normalise::email(&email) {
        return Err(ProfileError::SameEmail);
    }
    let recent = asked.iter().filter(|at| stamp.now.duration_since(**at) < EMAILS_WITHIN).count();
    if recent >= EMAILS {
        return Err(ProfileError::TooOften);
    }
    let id = stamp.id();
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.rest_on_customer();
    draft.note(PersonEvent::PersonEmailAsked { name: (&person.name).into(), to: mask::email(&email).into() });
    let change = EmailChange {
        id,
        person: person.id,
        email,
        token_hash: token_hash(id),
        created_at: stamp.now,
        expires_at: stamp.now + EMAIL_LIFETIME,
    };
    draft.push(ProfileChange::AskEmail(change), "the new address must be confirmed");
    let mail = MailEmailChange { change_id: id };
    draft.push(JobChange::Enqueue(stamp.job(mail)), "the link goes to the new address");
    Ok(draft.finish())
}

/// Confirms the new address: it takes effect, the old one is notified, and sessions other than `session` end.
pub fn take_email(
    change: &EmailChange,
    person: &Person,
    session: Option<[u8; 32]>,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Plan {
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(PersonEvent::PersonEmailChanged {
        name: (&person.name).into(),
        from: person.email.as_deref().map(|email| mask::email(email).into()),
        to: mask::email(&change.email).into(),
    });
    let take = ProfileChange::TakeEmail { id: change.id, at: stamp.now };
    draft.push(take, "it is confirmed once");
    let after = Person { email: Some(change.email.clone()), email_chosen: true, ..person.clone() };
    draft.push(PersonChange::Update(Box::new(after)), "the address counts now");
    draft.push(CredentialChange::EndSessions { person: person.id, except: session }, "somebody else may be signed in");
    if let Some(old) = &person.email {
        let tell = MailEmailChanged { change_id: change.id, to: old.clone() };
        draft.push(JobChange::Enqueue(stamp.job(tell)), "the old address gets an e-mail");
    }
    draft.finish()
}
