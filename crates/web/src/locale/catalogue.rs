//! The message catalogues: Fluent files under `locales`, one folder for each language, embedded in the program.
//!
//! A language's messages are parsed once, when the first reader of it appears. A message that a language does not have is
//! shown in English; tests make sure that there is none.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use tessera_core::kernel::language::Language;
use tessera_core::kernel::unicode::is_invisible;
use unicode_bidi::{BidiClass, bidi_class};

static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// First strong isolate: what follows has a direction of its own.
pub(crate) const FSI: char = '\u{2068}';
/// Pop directional isolate: the end of it.
pub(crate) const PDI: char = '\u{2069}';

type Bundle = FluentBundle<FluentResource>;

/// An argument of a message.
#[derive(Debug, Clone)]
pub(crate) enum Arg<'a> {
    /// Text. It is escaped where the message becomes part of a page.
    Text(Cow<'a, str>),
    /// Markup that a template made, such as a time.
    Markup(String),
    /// A number. It chooses the plural form, and is written with the separators of the language.
    Number(i64),
}

impl Arg<'_> {
    /// A value as it is shown.
    pub(crate) fn shown(value: &impl std::fmt::Display) -> Self {
        Self::Text(Cow::Owned(value.to_string()))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// What a message becomes part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text.
    Text,
    /// A page. The message may contain markup; text in its arguments is escaped.
    Html,
}

/// A message with its arguments. `None`: not even English has it.
pub(crate) fn format(language: Language, key: &str, args: &[(&str, Arg<'_>)], form: Form) -> Option<String> {
    let with = |language: Language| {
        let bundle = bundle(language);
        let pattern = bundle.get_message(key)?.value()?;
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            given.set(*name, value(arg, language, form));
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, language = language.tag(), "a message lacks an argument");
        }
        Some(text)
    };
    with(language).or_else(|| with(Language::English))
}

fn value<'a>(arg: &'a Arg<'_>, language: Language, form: Form) -> FluentValue<'a> {
    match arg {
        Arg::Number(number) => FluentValue::from(*number),
        Arg::Markup(markup) => FluentValue::from(markup.as_str()),
        Arg::Text(text) => {
            let seen = isolated(visible(text), language);
            match form {
                Form::Text => FluentValue::String(seen),
                Form::Html => FluentValue::from(escaped(&seen)),
            }
        }
    }
}

/// The text without invisible characters, among them those that end an isolation.
fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) { text.chars().filter(|c| !is_invisible(*c)).collect() } else { text.into() }
}

/// The text, kept apart from the sentence around it if some of it is written in the other direction. Elsewhere the marks
/// would change nothing that can be seen, and be copied along.
fn isolated(text: Cow<'_, str>, language: Language) -> Cow<'_, str> {
    let turns = |c: char| match bidi_class(c) {
        BidiClass::R | BidiClass::AL => !language.is_right_to_left(),
        BidiClass::L => language.is_right_to_left(),
        _ => false,
    };
    if text.contains(turns) { format!("{FSI}{text}{PDI}").into() } else { text }
}

fn escaped(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            '"' => done.push_str("&quot;"),
            '\'' => done.push_str("&#39;"),
            c => done.push(c),
        }
    }
    done
}

fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::English));
    static GERMAN: LazyLock<Bundle> = LazyLock::new(|| read(Language::German));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

fn read(language: Language) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
    // Arguments are isolated before they get here, where it makes a difference.
    bundle.set_use_isolating(false);
    match language {
        Language::English => bundle.set_formatter(Some(english_number)),
        Language::German => bundle.set_formatter(Some(german_number)),
    }
    for (file, source) in sources(language) {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file, ?errors, "a message cannot be parsed");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file, ?errors, "a message is there twice");
        }
    }
    bundle
}

/// The files of a language with their names.
pub(super) fn sources(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    let folder = LOCALES.get_dir(language.tag());
    folder.into_iter().flat_map(Dir::files).filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value, Language::English)
}

fn german_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value, Language::German)
}

fn number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(written(&number.as_string(), language)),
        _ => None,
    }
}

/// A plain decimal number, such as `-1234.5`, with the separators of a language.
pub(crate) fn written(plain: &str, language: Language) -> String {
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut done = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            done.push(group);
        }
        done.push(digit);
    }
    if !fraction.is_empty() {
        done.push(point);
        done.push_str(fraction);
    }
    done
}
