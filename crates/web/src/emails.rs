//! The mails' words.

use std::sync::Arc;

use jiff::Timestamp;
use tessera_core::kernel::job::RequestMail as Kind;
use tessera_hub::{
    ActivatedLetter, Brand, EmailChangeLetter, EmailChangedLetter, InvitationLetter, Letter, Letters,
    OneTimeLinkLetter, RegistrationDecidedLetter, RegistrationLetter, ReplyLetter, RequestLetter, ReturnLetter,
    SecurityNoticeLetter, SignInChangedLetter,
};

use crate::pages::emails::{
    ActivatedMail, AdmittedPart, EmailChangeMail, EmailChangedMail, InvitationMail, Letter as Template,
    OneTimeLinkMail, RegistrationDecidedMail, RegistrationMail, ReplyMail, RequestMail, ReturnMail, SecurityNoticeMail,
    SignInChangedMail,
};
use crate::pages::{Chrome, Renderer, Support};

/// Mails made of the templates.
#[derive(Debug)]
pub struct PageLetters {
    renderer: Arc<Renderer>,
    brand: Brand,
}

impl PageLetters {
    /// With these templates, in this name.
    pub fn new(renderer: Arc<Renderer>, brand: Brand) -> Self {
        Self { renderer, brand }
    }

    fn write(&self, template: &impl Template, now: Timestamp) -> Result<Letter, String> {
        let chrome = Chrome {
            brand: self.brand.name.clone(),
            support: Support { email: self.brand.support_email.clone(), phone: self.brand.support_phone.clone() },
            help_url: self.brand.help_url.clone(),
            nonce: None,
            path: String::new(),
            signed_in: None,
            flash: None,
            now,
            form_token: None,
            preview: false,
            open_reviews: 0,
            registrations: 0,
        };
        let mail = self.renderer.mail(template, &chrome).map_err(|error| error.to_string())?;
        Ok(Letter { subject: mail.subject, text: mail.text, html: mail.html })
    }
}

impl Letters for PageLetters {
    fn invitation(&self, letter: &InvitationLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = InvitationMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            sender: self.brand.name.clone(),
            what: format!("your devices at {}", self.brand.name),
            url: letter.url.clone(),
            expires_at: letter.expires_at,
        };
        self.write(&mail, now)
    }

    fn activated(&self, letter: &ActivatedLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = ActivatedMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            sign_in: letter.sign_in.clone(),
            at: letter.at,
            devices: u32::try_from(letter.devices).unwrap_or(u32::MAX),
            devices_url: letter.devices_url.clone(),
        };
        self.write(&mail, now)
    }

    fn about_return(&self, letter: &ReturnLetter, now: Timestamp) -> Result<Letter, String> {
        self.write(&ReturnMail::of(letter), now)
    }

    fn sign_in_changed(&self, letter: &SignInChangedLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = SignInChangedMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            added: letter.added,
            sign_in: letter.sign_in.clone(),
            at: letter.at,
            sign_ins_url: letter.sign_ins_url.clone(),
        };
        self.write(&mail, now)
    }

    fn one_time_link(&self, letter: &OneTimeLinkLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = OneTimeLinkMail {
            name: letter.name.clone(),
            person_id: letter.person_id.clone(),
            url: letter.url.clone(),
            expires_at: letter.expires_at,
            asked_for: letter.asked_for,
        };
        self.write(&mail, now)
    }

    fn security_notice(&self, letter: &SecurityNoticeLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = SecurityNoticeMail {
            name: letter.name.clone(),
            person_id: letter.person_id.clone(),
            what: letter.notice.words().to_owned(),
            at: letter.at,
            sign_ins_url: letter.sign_ins_url.clone(),
            forgot_url: letter.forgot_url.clone(),
        };
        self.write(&mail, now)
    }

    fn registration(&self, letter: &RegistrationLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = RegistrationMail {
            name: letter.name.clone(),
            known_as: letter.known_as.clone(),
            url: letter.url.clone(),
            expires_at: letter.expires_at,
            forgot_url: letter.forgot_url.clone(),
        };
        self.write(&mail, now)
    }

    fn registration_decided(&self, letter: &RegistrationDecidedLetter, now: Timestamp) -> Result<Letter, String> {
        let admitted = letter.admitted.as_ref().map(|admitted| AdmittedPart {
            person_id: admitted.person_id.clone(),
            url: admitted.url.clone(),
            expires_at: admitted.expires_at,
        });
        let mail = RegistrationDecidedMail {
            name: letter.name.clone(),
            admitted,
            reason: letter.reason.clone(),
            register_url: letter.register_url.clone(),
        };
        self.write(&mail, now)
    }

    fn reply(&self, letter: &ReplyLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = ReplyMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            author: letter.author.clone(),
            title: letter.title.clone(),
            url: letter.url.clone(),
            profile_url: letter.profile_url.clone(),
        };
        self.write(&mail, now)
    }

    fn email_change(&self, letter: &EmailChangeLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = EmailChangeMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            url: letter.url.clone(),
            expires_at: letter.expires_at,
        };
        self.write(&mail, now)
    }

    fn email_changed(&self, letter: &EmailChangedLetter, now: Timestamp) -> Result<Letter, String> {
        let mail = EmailChangedMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            to: letter.to.clone(),
            profile_url: letter.profile_url.clone(),
        };
        self.write(&mail, now)
    }

    fn request(&self, letter: &RequestLetter, now: Timestamp) -> Result<Letter, String> {
        let by = letter.decided_by.as_deref().unwrap_or("Your organisation");
        let (heading, lead) = match letter.mail {
            Kind::Approval => (
                "Your approval is awaited",
                format!("{} asks for the following. The service team gets it once you approve it.", letter.opened_by),
            ),
            Kind::Notice => (
                "A request was opened",
                format!("{} opened the following request. It is for your information.", letter.opened_by),
            ),
            Kind::Approved => {
                ("Your request was approved", format!("{by} approved your request. It goes to the service team now."))
            }
            Kind::Declined => {
                ("Your request was declined", format!("{by} declined your request. The service team was not told."))
            }
        };
        let mail = RequestMail {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            heading: heading.to_owned(),
            lead,
            about: letter.subject.clone(),
            reason: letter.reason.clone(),
            url: letter.url.clone(),
        };
        self.write(&mail, now)
    }
}
