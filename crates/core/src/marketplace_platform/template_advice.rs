//! Advice on the template of a notification: merge fields that nothing fills, and passwords in an e-mail (`M12`, `M13`).

use std::collections::BTreeSet;

use super::notification::MARKS;
use crate::marketplace::SyncOption;

/// Key of the contact's name.
pub const CONTACT: &str = "Contacts.FullName";
/// Key of the password that a vendor generated.
pub const PASSWORD: &str = "Password";

/// A remark on a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateAdvice {
    /// Nothing fills this merge field, so that it leaves a gap.
    Unfilled(String),
    /// `[#` without `#]`: customers would read it.
    Unclosed,
    /// The e-mail contains a password.
    Password,
}

/// The keys of the merge fields of a template, each once, in their order; and whether one is not closed.
fn keys_in(template: &str) -> (Vec<String>, bool) {
    let (mut keys, mut rest): (Vec<String>, _) = (Vec::new(), template);
    while let Some((_, after)) = rest.split_once(MARKS.0) {
        let Some((key, next)) = after.split_once(MARKS.1) else { return (keys, true) };
        let key = key.trim();
        if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            keys.push(key.to_owned());
        }
        rest = next;
    }
    (keys, false)
}

/// Remarks on a template. `options` are the vendor's sync options, `extra` the keys that it has answered so far.
pub fn advice(template: &[&str], options: &[SyncOption], extra: &BTreeSet<String>) -> Vec<TemplateAdvice> {
    let mut advice = Vec::new();
    for text in template {
        let (keys, unclosed) = keys_in(text);
        for key in keys {
            let is = |known: &str| known.to_lowercase() == key.to_lowercase();
            let found = if is(PASSWORD) {
                Some(TemplateAdvice::Password)
            } else {
                let filled =
                    is(CONTACT) || options.iter().any(|option| is(&option.id)) || extra.iter().any(|known| is(known));
                (!filled).then_some(TemplateAdvice::Unfilled(key))
            };
            advice.extend(found.filter(|found| !advice.contains(found)));
        }
        advice.extend(unclosed.then_some(TemplateAdvice::Unclosed).filter(|it| !advice.contains(it)));
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_m13_fields_that_nothing_fills_and_passwords_are_named_once() {
        let options = [SyncOption { id: "username".into(), ..SyncOption::default() }];
        let extra = BTreeSet::from(["Activation_Link".to_owned()]);
        let of = |body: &str| advice(&["Hi [#contacts.fullname#]", body], &options, &extra);
        assert_eq!(of("[#USERNAME#] [# activation_link #]"), []);
        assert_eq!(
            of("[#Password#] [#tennant#] [#Tennant#] [#password#] [#rest"),
            [TemplateAdvice::Password, TemplateAdvice::Unfilled("tennant".to_owned()), TemplateAdvice::Unclosed]
        );
    }
}
