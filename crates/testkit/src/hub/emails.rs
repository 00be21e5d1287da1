//! E-mails of a hub without templates: the subject is the template's name, and the text is its fields.

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::language::ReaderLocale;
use tessera_hub::{EmailRenderer, RenderedEmail};

use super::TestHub;

#[derive(Debug)]
pub(super) struct PlainEmails;

impl EmailRenderer for PlainEmails {
    fn render(
        &self,
        name: &str,
        fields: &Value,
        _reader: &ReaderLocale,
        _now: Timestamp,
    ) -> Result<RenderedEmail, String> {
        let text = format!("{fields:#}");
        Ok(RenderedEmail { subject: name.to_owned(), html: format!("<pre>{text}</pre>"), text })
    }
}

impl TestHub {
    /// The fields of the latest e-mail from a template.
    pub fn email(&self, template: &str) -> Value {
        let newest = self.mail.messages().into_iter().find(|mail| mail.subject == template);
        let text = newest.unwrap_or_else(|| panic!("no e-mail `{template}`")).text.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The token at the end of a link in the latest e-mail from a template. A JSON pointer selects the link's field.
    pub fn emailed_token(&self, template: &str, field: &str) -> String {
        let fields = self.email(template);
        let url =
            fields.pointer(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no link at {field}: {fields}"));
        url.rsplit('/').next().unwrap().to_owned()
    }
}
