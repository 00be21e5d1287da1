//! The renderer. Templates are embedded and strictly checked, and the operator can replace each of them.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::{Timestamp, civil};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, context, escape_formatter,
};
use serde::Deserialize;
use tessera_core::credentials::Notice;
use tessera_core::explain::Reason;
use tessera_core::kernel::unicode::is_invisible;
use tessera_hub::RenderedEmail;

use super::{Chrome, Page, assets, forms};
use crate::explain::for_customer;
use crate::locale::catalogue::{self, FSI, PDI};
use crate::locale::{self, Arg, Form};
use crate::pages::dates;
use crate::timeline;

/// A page or e-mail could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template cannot be parsed, or uses a value that its page does not have.
    #[error("template {name}: {source:#}")]
    Template {
        /// The template's name.
        name: String,
        /// The error, with the line.
        source: Error,
    },
    /// A file of the override directory can't be read.
    #[error("cannot read template {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// An appointment in the time zone of its place, as e-mails have it.
#[derive(Debug, Deserialize)]
struct Appointment {
    from: civil::DateTime,
    to: civil::DateTime,
}

/// All built-in templates, by their names in `crates/web/templates`.
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Renders pages and e-mails. Created once at start; cheap to share in an `Arc`.
#[derive(Debug)]
pub struct Renderer {
    templates: Environment<'static>,
}

impl Renderer {
    /// Reads the files under `overrides` that replace embedded templates of the same relative name. One that cannot be
    /// parsed is reported here, before customers see an error. Embedded templates are parsed when they are first used.
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
        templates.add_filter("appointment", |it: Serde<Appointment>| dates::appointment(it.0.from, it.0.to));
        templates.add_filter("count", count_filter);
        templates.add_filter("grouped", grouped_filter);
        templates.add_filter("security_notice", |notice: Serde<Notice>| timeline::security_notice(notice.0));
        templates.add_filter("reason_words", |reason: Serde<Reason>| Value::from(Serde(for_customer(reason.0))));
        templates.add_function("asset", asset_function);
        templates.add_function("t", t_function);
        templates.set_loader(|name| {
            let file = TEMPLATES.get_file(name);
            Ok(file.and_then(|file| file.contents_utf8()).map(str::to_owned))
        });
        let mut renderer = Self { templates };
        for (name, _) in embedded() {
            let own = overrides.map(|directory| directory.join(name)).filter(|path| path.exists());
            own.map_or(Ok(()), |path| renderer.replace(name, path))?;
        }
        Ok(renderer)
    }

    /// Replaces an embedded template by a file.
    pub(super) fn replace(&mut self, name: &'static str, path: PathBuf) -> Result<(), RenderError> {
        let source = std::fs::read_to_string(&path).map_err(|source| RenderError::Unreadable { path, source })?;
        self.templates.add_template_owned(name, source).map_err(|source| failed(name, source))
    }

    /// Renders a page as HTML.
    pub fn page<P: Page>(&self, page: &P, chrome: &Chrome) -> Result<String, RenderError> {
        let render = || Ok(forms::complete(self.render(P::TEMPLATE, page.context(), chrome)?, chrome));
        locale::within(chrome.locale.clone(), render)
    }

    /// Renders an e-mail: both parts, and the subject, which is a block of the text template.
    pub fn email(&self, name: &str, fields: &serde_json::Value, chrome: &Chrome) -> Result<RenderedEmail, RenderError> {
        locale::within(chrome.locale.clone(), || self.email_parts(name, fields, chrome))
    }

    fn email_parts(
        &self,
        name: &str,
        fields: &serde_json::Value,
        chrome: &Chrome,
    ) -> Result<RenderedEmail, RenderError> {
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
        // The subject may contain user input, which must not be able to start another header.
        let subject = subject.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok((rendered.into_output(), subject))
    }

    fn render(&self, name: &str, content: Value, chrome: &Chrome) -> Result<String, RenderError> {
        let template = self.templates.get_template(name).map_err(|source| failed(name, source))?;
        template.render(around(content, chrome)).map_err(|source| failed(name, source))
    }
}

/// The context of a template: the content and the chrome.
fn around(content: Value, chrome: &Chrome) -> Value {
    let language = chrome.locale.language;
    let direction = if language.is_right_to_left() { "rtl" } else { "ltr" };
    context! { chrome => Value::from(Serde(chrome)), lang => language.tag(), dir => direction, ..content }
}

/// The embedded templates with their names. Files that are not text, such as an editor's backup file, are skipped.
pub(crate) fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut folders = vec![&TEMPLATES];
    let folders = std::iter::from_fn(move || {
        let folder = folders.pop()?;
        folders.extend(folder.dirs());
        Some(folder)
    });
    folders.flat_map(Dir::files).filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// Writes a value, escaping the five characters with a meaning in HTML. Slashes are not escaped, so that URLs stay
/// readable in the page's source. A missing value is an error of the template, and is not written as "none".
///
/// Invisible characters are left out of pages and e-mails: values come from other systems, as they were entered there,
/// and a mark of the writing direction would turn the text around it.
fn written(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "an absent value is written"));
    }
    match value.as_str() {
        Some(text) if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() => {
            escape(out, text).map_err(Error::from)
        }
        Some(text) if !value.is_safe() && text.contains(is_invisible) => {
            let isolates = has_isolates(text);
            let seen: String = text.chars().filter(|c| is_written(*c, isolates)).collect();
            escape_formatter(out, state, &Value::from(seen))
        }
        _ => escape_formatter(out, state, value),
    }
}

/// Whether isolations in a text end in it, as in a message of the catalogues. They turn nothing outside the text.
fn has_isolates(text: &str) -> bool {
    let mut open = 0_u32;
    for c in text.chars() {
        match (c, open) {
            (FSI, _) => open += 1,
            (PDI, 0) => return false,
            (PDI, _) => open -= 1,
            _ => {}
        }
    }
    open == 0
}

fn is_written(c: char, isolates: bool) -> bool {
    !is_invisible(c) || isolates && matches!(c, FSI | PDI)
}

fn escape(out: &mut Output, text: &str) -> std::fmt::Result {
    let isolates = has_isolates(text);
    let mut written = 0;
    for (at, character) in text.char_indices() {
        let entity = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            invisible if !is_written(invisible, isolates) => "",
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

/// `<time>` with a relative time, measured from `chrome.now`; the script keeps it up to date.
fn when_filter(state: &State, at: Serde<Timestamp>) -> Result<Value, Error> {
    let now = state
        .lookup("chrome")
        .and_then(|chrome| chrome.get_attr("now").ok())
        .and_then(|now| now.as_str().and_then(|text| text.parse::<Timestamp>().ok()))
        .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "chrome.now is missing"))?;
    Ok(time_element(at.0, &dates::near(at.0, now), " data-near"))
}

/// `<time>` with date and time.
fn moment_filter(at: Serde<Timestamp>) -> Value {
    time_element(at.0, &dates::moment(at.0), "")
}

/// `<time>` with the date only.
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
    catalogue::written(&number.to_string(), locale::language())
}

/// A message of the catalogues: `{{ t("devices-count", count=devices|length) }}`. In a page it may contain markup, and its
/// arguments are escaped.
fn t_function(state: &State, key: &str, args: Kwargs) -> Result<Value, Error> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html);
    let given = args.args().map(|name| Ok((name.to_owned(), argument(args.get(name)?)?)));
    let given = given.collect::<Result<Vec<_>, Error>>()?;
    let given: Vec<_> = given.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
    let form = if is_html { Form::Html } else { Form::Text };
    let text = catalogue::format(locale::language(), key, &given, form)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no catalogue has the message {key}")))?;
    Ok(if is_html { Value::from_safe_string(text) } else { Value::from(text) })
}

fn argument(value: Value) -> Result<Arg<'static>, Error> {
    if value.is_undefined() || value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "an absent value is an argument of a message"));
    }
    match (value.as_str(), value.as_i64()) {
        (Some(text), _) if value.is_safe() => Ok(Arg::Markup(text.to_owned())),
        (None, Some(number)) => Ok(Arg::Number(number)),
        _ => Ok(Arg::from(value.to_string())),
    }
}

fn asset_function(name: &str) -> Result<String, Error> {
    assets::url(name).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no asset named {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_template_parses() {
        let renderer = Renderer::new(None).unwrap();
        for (name, _) in embedded() {
            assert!(renderer.templates.get_template(name).is_ok(), "{name}");
        }
    }
}
