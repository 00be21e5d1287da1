//! Templates: embedded, checked strictly, and replaceable one by one by the operator.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, context, escape_formatter,
};
use tessera_core::credentials::Notice;
use tessera_hub::RenderedEmail;

use super::{Chrome, Page, assets};
use crate::pages::dates;
use crate::timeline;

/// A page or mail could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template does not parse, or uses what its page does not give.
    #[error("template {name}: {source:#}")]
    Template {
        /// The template.
        name: String,
        /// What is wrong with it, with the line.
        source: Error,
    },
    /// A file of the override directory can't be read.
    #[error("cannot read template {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Every template that comes with the program, by the name it has in `crates/web/templates`.
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Turns pages and mails into text. Made once at start; cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Renderer {
    templates: Environment<'static>,
}

impl Renderer {
    /// Reads the embedded templates and, in their place, those found under `overrides` by the same relative name.
    /// A template that does not parse is reported here, not to a customer.
    pub fn new(overrides: Option<&Path>) -> Result<Self, RenderError> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let tidy = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        templates.set_syntax(tidy.map_err(|source| failed("syntax", source))?);
        templates.set_auto_escape_callback(|name| match Path::new(name).extension() {
            Some(extension) if extension == "txt" => AutoEscape::None,
            _ => AutoEscape::Html,
        });
        templates.set_formatter(written);
        templates.add_filter("when", when_filter);
        templates.add_filter("moment", moment_filter);
        templates.add_filter("day", day_filter);
        templates.add_filter("moment_text", |at: Serde<Timestamp>| dates::moment(at.0));
        templates.add_filter("count", count_filter);
        templates.add_filter("grouped", grouped_filter);
        templates.add_filter("security_notice", |notice: Serde<Notice>| timeline::security_notice(notice.0));
        templates.add_function("asset", asset_function);
        for (name, source) in embedded() {
            templates.add_template(name, source).map_err(|source| failed(name, source))?;
        }
        let mut renderer = Self { templates };
        for (name, _) in embedded() {
            let own = overrides.map(|directory| directory.join(name)).filter(|path| path.exists());
            own.map_or(Ok(()), |path| renderer.replace(name, path))?;
        }
        Ok(renderer)
    }

    /// Puts a file in the place of an embedded template.
    pub(super) fn replace(&mut self, name: &'static str, path: PathBuf) -> Result<(), RenderError> {
        let source = std::fs::read_to_string(&path).map_err(|source| RenderError::Unreadable { path, source })?;
        self.templates.add_template_owned(name, source).map_err(|source| failed(name, source))
    }

    /// A page as HTML.
    pub fn page<P: Page>(&self, page: &P, chrome: &Chrome) -> Result<String, RenderError> {
        self.render(P::TEMPLATE, page.context(), chrome)
    }

    /// An e-mail: its subject, which is a block of the text, and both parts.
    pub fn email(&self, name: &str, fields: &serde_json::Value, chrome: &Chrome) -> Result<RenderedEmail, RenderError> {
        let (text, html) = (format!("emails/{name}.txt"), format!("emails/{name}.html"));
        let fields = Value::from(Serde(fields));
        let (text, subject) =
            self.text_and_subject(&text, around(fields.clone(), chrome)).map_err(|source| failed(&text, source))?;
        let html = self.render(&html, context! { subject => &subject, ..fields }, chrome)?;
        Ok(RenderedEmail { subject, text, html })
    }

    fn text_and_subject(&self, name: &str, context: Value) -> Result<(String, String), Error> {
        let mut rendered = self.templates.get_template(name)?.render_captured(context)?;
        let subject = rendered.with_state_mut(|state| state.render_block("subject"))?;
        // What somebody typed may be in it, and must not begin another header.
        let subject = subject.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok((rendered.into_output(), subject))
    }

    fn render(&self, name: &str, content: Value, chrome: &Chrome) -> Result<String, RenderError> {
        let template = self.templates.get_template(name).map_err(|source| failed(name, source))?;
        template.render(around(content, chrome)).map_err(|source| failed(name, source))
    }
}

/// What a template sees: the content with the chrome around it.
fn around(content: Value, chrome: &Chrome) -> Value {
    context! { chrome => Value::from(Serde(chrome)), ..content }
}

/// The embedded templates, each with its name. What is no text is none: the backup file of an editor, say.
pub(super) fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut folders = vec![&TEMPLATES];
    let folders = std::iter::from_fn(move || {
        let folder = folders.pop()?;
        folders.extend(folder.dirs());
        Some(folder)
    });
    folders.flat_map(Dir::files).filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// Writes a value with the five characters escaped that mean something in HTML. A slash means nothing, so that addresses stay
/// readable in the page's source. A value that is absent is a mistake of the template, not the word "none".
fn written(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "an absent value is written"));
    }
    match value.as_str() {
        Some(text) if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() => {
            escape(out, text).map_err(Error::from)
        }
        _ => escape_formatter(out, state, value),
    }
}

fn escape(out: &mut Output, text: &str) -> std::fmt::Result {
    let mut written = 0;
    for (at, character) in text.char_indices() {
        let entity = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => continue,
        };
        out.write_str(&text[written..at])?;
        out.write_str(entity)?;
        written = at + character.len_utf8();
    }
    out.write_str(&text[written..])
}

fn failed(name: &str, source: Error) -> RenderError {
    RenderError::Template { name: name.to_owned(), source }
}

/// `<time>` with the time in words, measured from `chrome.now`; the script keeps it current.
fn when_filter(state: &State, at: Serde<Timestamp>) -> Result<Value, Error> {
    let now = state
        .lookup("chrome")
        .and_then(|chrome| chrome.get_attr("now").ok())
        .and_then(|now| now.as_str().and_then(|text| text.parse::<Timestamp>().ok()))
        .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "chrome.now is missing"))?;
    Ok(time_element(at.0, &dates::near(at.0, now), " data-near"))
}

/// `<time>` with date and time of day.
fn moment_filter(at: Serde<Timestamp>) -> Value {
    time_element(at.0, &dates::moment(at.0), "")
}

/// `<time>` with the date alone.
fn day_filter(at: Serde<Timestamp>) -> Value {
    time_element(at.0, &dates::day(at.0), "")
}

fn time_element(at: Timestamp, words: &str, marker: &str) -> Value {
    let exact = dates::moment(at);
    Value::from_safe_string(format!(r#"<time datetime="{at:.0}" title="{exact}"{marker}>{words}</time>"#))
}

/// `1 device`, `3 devices`.
fn count_filter(count: u64, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// `1,000,000`.
fn grouped_filter(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = if number < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn asset_function(name: &str) -> Result<String, Error> {
    assets::url(name).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no asset named {name}")))
}
