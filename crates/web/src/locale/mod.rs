//! The reader's language and time zone, and texts from the message catalogues.
//!
//! The locale belongs to the request, not to a function: a middleware chooses it ([`choose`]), the session of a person
//! who chose for themselves overrides it ([`prefer`]), and everything that puts something into words reads it. Outside a
//! request it is English and UTC, unless [`within`] says otherwise, as for e-mails.

pub(crate) mod catalogue;
pub(crate) mod choose;
mod rejections;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tessera_core::access::Portal;
use tessera_core::kernel::language::{Language, Preferences};
use tessera_core::kernel::money::Money;

pub(crate) use catalogue::{Arg, Form};
pub(crate) use rejections::rejected;
pub use tessera_core::kernel::language::ReaderLocale as Locale;

/// A message in the reader's language: `text!("device-added", name = device.name)`.
macro_rules! text {
    ($key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::locale::message($key, &[$((stringify!($name), $crate::locale::Arg::from($value))),*])
    };
}
pub(crate) use text;

/// The locale of a request, and what the choice of the language in the footer needs.
#[derive(Debug, Clone, Default)]
struct Current {
    locale: Locale,
    /// The address of the page; the choice of another language leads there.
    page: String,
    /// Whether the language is not chosen in the footer: the person did in their profile, or there is no choice yet.
    is_settled: bool,
    /// Whether the page is in English, whatever its reader prefers.
    is_english: bool,
}

tokio::task_local! {
    /// Shared, because a form is carried out in a task of its own.
    static CURRENT: Arc<Mutex<Current>>;
}

fn read<T>(read: impl FnOnce(&mut Current) -> T) -> Option<T> {
    CURRENT.try_with(|current| read(&mut current.lock().unwrap_or_else(PoisonError::into_inner))).ok()
}

/// The beginnings of the addresses of the faces whose texts are not in the catalogues yet. Their pages are in English,
/// whatever their readers prefer, so that no page is in two languages.
pub(crate) const ENGLISH_ONLY: [&str; 4] = ["/console", "/portal/warehouse", "/portal/tech", "/shop"];

/// The reader's locale.
pub(crate) fn current() -> Locale {
    read(|current| current.locale.clone()).unwrap_or_default()
}

/// The reader's language.
pub(crate) fn language() -> Language {
    read(|current| current.locale.language).unwrap_or_default()
}

/// From here on, the reader is a person who chose this.
pub(crate) fn prefer(chosen: &Preferences) {
    read(|current| {
        current.locale = current.locale.clone().preferring(chosen);
        current.is_settled |= chosen.language.is_some();
        if current.is_english {
            current.locale.language = Language::English;
        }
    });
}

/// Runs something for a reader.
pub(crate) fn within<T>(locale: Locale, run: impl FnOnce() -> T) -> T {
    let now = Current { locale, ..read(|current| current.clone()).unwrap_or_default() };
    CURRENT.sync_scope(Arc::new(Mutex::new(now)), run)
}

/// Runs a future for a reader of the page at this address. Returns the language in which it ended, too.
async fn around<T>(mut locale: Locale, page: String, run: impl Future<Output = T>) -> (T, Language) {
    let is_english = ENGLISH_ONLY.iter().any(|face| page.starts_with(face));
    if is_english {
        locale.language = Language::English;
    }
    let current = Current { locale, page, is_settled: is_english, is_english };
    let run = async { (run.await, language()) };
    CURRENT.scope(Arc::new(Mutex::new(current)), run).await
}

/// A future that reads the locale of the present request in whichever task it runs.
pub(crate) fn carried<T>(run: impl Future<Output = T>) -> impl Future<Output = T> {
    let current = CURRENT.try_with(Arc::clone).unwrap_or_default();
    CURRENT.scope(current, run)
}

/// A language in the footer.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageLink {
    /// The language tag.
    pub tag: &'static str,
    /// The language's name in itself.
    pub name: &'static str,
    /// The page in that language.
    pub url: String,
    /// Whether the page is in it.
    pub current: bool,
}

/// The choice of the language in the footer. Empty if the person has chosen in their profile, and outside a request.
pub(crate) fn links() -> Vec<LanguageLink> {
    let Some(Current { locale, page, is_settled, .. }) = read(|current| current.clone()) else { return Vec::new() };
    if is_settled || page.is_empty() {
        return Vec::new();
    }
    let sign = if page.contains('?') { '&' } else { '?' };
    let link = |language: Language| LanguageLink {
        tag: language.tag(),
        name: language.own_name(),
        url: format!("{page}{sign}{}={}", choose::PARAMETER, language.tag()),
        current: language == locale.language,
    };
    Language::ALL.map(link).into()
}

/// A message in the reader's language, as plain text. [`text!`] is its short form.
pub(crate) fn message(key: &str, args: &[(&str, Arg<'_>)]) -> String {
    catalogue::format(language(), key, args, Form::Text).unwrap_or_else(|| {
        tracing::error!(key, "no catalogue has this message");
        key.to_owned()
    })
}

/// An amount of money as the language writes it: `EUR 1 234.50`, `1.234,50 EUR`.
pub(crate) fn amount(money: &Money) -> String {
    match language() {
        // With blanks between thousands, which is unambiguous.
        Language::English => money.to_string(),
        language @ Language::German => {
            format!("{}\u{a0}{}", catalogue::written(&money.number(), language), money.currency)
        }
    }
}

/// The name of a portal.
pub(crate) fn portal_title(portal: Portal) -> String {
    match portal {
        Portal::Customer => text!("portal-title-customer"),
        Portal::Tech => text!("portal-title-tech"),
        Portal::Warehouse => text!("portal-title-warehouse"),
        Portal::Dealer => text!("portal-title-dealer"),
        Portal::Repair => text!("portal-title-repair"),
        Portal::Mobile | Portal::SmartClient | Portal::Studio => portal.title().to_owned(),
    }
}
