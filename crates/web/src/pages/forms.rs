//! What every form that changes something gets after its template was rendered: an idempotency key, so that a form that is
//! sent twice is carried out once; and in a preview by staff, disabled fields.
//!
//! It is done here and not in the templates, so that no form can be forgotten, and a template of the operator works too.

use super::Chrome;
use crate::locale::text;

/// Query parameter with the idempotency key.
pub(crate) const KEY: &str = "once";

/// Whether a form with this path has an effect besides the session that it begins or ends.
pub(crate) fn has_effect(path: &str) -> bool {
    let starts_activation = path.starts_with("/activate/") && !path.ends_with("/renew");
    let path = path.split('?').next().unwrap_or_default();
    !starts_activation && !path.contains("/sign-in") && !path.ends_with("/sign-out")
}

const END: &str = "</form>";

/// The page with its forms completed.
pub(super) fn complete(html: String, chrome: &Chrome) -> String {
    if !chrome.preview && chrome.form_key.is_none() {
        return html;
    }
    let mut done = String::with_capacity(html.len() + 1024);
    let mut rest = html.as_str();
    while let Some((before, form, after)) = next_form(rest) {
        done.push_str(before);
        done.push_str(&form_of(form, chrome));
        rest = after;
    }
    done.push_str(rest);
    done
}

/// The text before the next form, the form without its end tag, and the rest.
fn next_form(html: &str) -> Option<(&str, &str, &str)> {
    let begin = html.find("<form ")?;
    let end = begin + html[begin..].find(END)?;
    Some((&html[..begin], &html[begin..end], &html[end..]))
}

fn form_of(form: &str, chrome: &Chrome) -> String {
    let Some((tag, inside)) = form.split_once('>') else { return form.to_owned() };
    if !tag.contains(" method=\"post\"") {
        return form.to_owned();
    }
    if chrome.preview {
        return if tag.contains("\"/console/") { form.to_owned() } else { read_only(tag, inside) };
    }
    let Some(key) = &chrome.form_key else { return form.to_owned() };
    format!("{}>{}", keyed(tag, " action=\"", key), keyed(inside, " formaction=\"", key))
}

/// The form with disabled fields, and a line that says why.
fn read_only(tag: &str, inside: &str) -> String {
    let why = if tag.contains("/sign-out\"") {
        String::new()
    } else {
        format!("<p class=\"fine\">{}</p>", text!("shell-read-only-preview"))
    };
    format!("{tag}><fieldset class=\"read-only\" disabled>{inside}</fieldset>{why}")
}

/// The text with the key added to every address in this attribute.
fn keyed(text: &str, attribute: &str, key: &str) -> String {
    let mut parts = text.split(attribute);
    let mut done = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap_or((part, ""));
        done.extend([attribute, address]);
        if has_effect(address) {
            let sign = if address.contains('?') { "&amp;" } else { "?" };
            done.extend([sign, KEY, "=", key]);
        }
        done.extend(["\"", rest]);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples::chrome;

    const FORM: &str = "<p><form class=\"a\" method=\"post\" action=\"/a?b=1\"><button formaction=\"/c\">C</button></form>\
                        <form method=\"get\" action=\"/d\"></form></p>";

    #[test]
    fn h04_every_form_that_changes_something_has_a_key() {
        let chrome = Chrome { form_key: Some("k".to_owned()), ..chrome("/portal/customer", None) };
        let html = complete(FORM.to_owned(), &chrome);
        assert_eq!(
            html,
            "<p><form class=\"a\" method=\"post\" action=\"/a?b=1&amp;once=k\"><button formaction=\"/c?once=k\">C</button></form>\
             <form method=\"get\" action=\"/d\"></form></p>"
        );
    }

    #[test]
    fn h04_a_form_that_only_begins_or_ends_a_session_has_no_key() {
        let without = ["/activate/x", "/portal/customer/sign-in", "/portal/tech/sign-in/password", "/console/sign-out"];
        assert!(without.iter().all(|path| !has_effect(path)));
        let with = ["/activate/x/renew", "/portal/customer/returns", "/portal/customer/register", "/console/persons"];
        assert!(with.iter().all(|path| has_effect(path)));
    }

    #[test]
    fn p14_in_a_preview_every_form_is_disabled_and_says_so() {
        let chrome = Chrome { preview: true, ..chrome("/portal/customer", None) };
        let html = complete(FORM.to_owned(), &chrome);
        assert!(html.contains("<fieldset class=\"read-only\" disabled><button"), "{html}");
        assert!(html.contains("Read-only preview</p></form>"), "{html}");
        let out = "<form method=\"post\" action=\"/console/preview/end\"><button>Exit preview</button></form>";
        assert_eq!(complete(out.to_owned(), &chrome), out, "the way out stays open");
    }
}
