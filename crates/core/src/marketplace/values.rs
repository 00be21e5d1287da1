//! Validation of sync option values, by input type and data type.

use std::collections::BTreeMap;

use super::account::Account;
use super::code::{Code, MarketplaceError};
use super::option::{DataType, OptionKind, SyncOption, USERNAME};

/// Maximum length of a value, in characters. Files may be longer; the request size limits them.
const MAX_LENGTH: usize = 4000;

/// Validates an account's values and returns them for storage, including unknown options. A missing `username` is
/// filled in as the platform would (`M02`).
pub fn check_all(options: &[SyncOption], account: &Account) -> Result<BTreeMap<String, String>, MarketplaceError> {
    let mut values = account.options.clone();
    for option in options {
        let given = values.get(&option.id).map(|value| value.trim()).filter(|value| !value.is_empty());
        match given {
            Some(value) => check(option, value)
                .map_err(|what| MarketplaceError::new(Code::OptionInvalid, format!("“{}” {what}", option.name)))?,
            None if option.id == USERNAME && account.entered_email().is_some() => {
                values.insert(option.id.clone(), account.entered_email().unwrap_or_default().to_owned());
            }
            None if option.required => {
                return Err(MarketplaceError::new(Code::OptionMissing, format!("“{}”", option.name)));
            }
            None => {}
        }
    }
    Ok(values)
}

/// Validates a non-empty value. An error describes the valid input.
pub fn check(option: &SyncOption, value: &str) -> Result<(), String> {
    if option.kind != OptionKind::File && value.chars().count() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} characters"));
    }
    match option.kind {
        OptionKind::List => chosen(option, value),
        OptionKind::ListMultiSelect => {
            value.split(['|', ',']).map(str::trim).filter(|id| !id.is_empty()).try_for_each(|id| chosen(option, id))
        }
        OptionKind::Boolean => {
            let known = ["true", "false", "1", "0", "yes", "no"].iter().any(|word| value.eq_ignore_ascii_case(word));
            known.then_some(()).ok_or_else(|| "must be true or false".to_owned())
        }
        OptionKind::Link => {
            let link = url::Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            link.then_some(()).ok_or_else(|| "must be a web address that begins with https://".to_owned())
        }
        OptionKind::Mod11CheckDigit => checks_out(value)
            .then_some(())
            .ok_or_else(|| "has a wrong check digit; look for a mistyped digit".to_owned()),
        OptionKind::SimpleValue | OptionKind::TextArea | OptionKind::Mask => typed(option.data_type, value),
        OptionKind::Unknown | OptionKind::File => Ok(()),
    }
}

fn chosen(option: &SyncOption, id: &str) -> Result<(), String> {
    if option.values.iter().any(|choice| choice.id == id) {
        return Ok(());
    }
    let known: Vec<_> = option.values.iter().map(|choice| format!("{} ({})", choice.id, choice.name)).collect();
    Err(format!("must be one of {}", known.join(", ")))
}

fn typed(data_type: DataType, value: &str) -> Result<(), String> {
    match data_type {
        DataType::Number | DataType::Currency => {
            is_decimal(value).then_some(()).ok_or_else(|| "must be a number, such as 12 or 12.50".to_owned())
        }
        DataType::Date => {
            let date = value.parse::<jiff::civil::Date>().is_ok() || value.parse::<jiff::civil::DateTime>().is_ok();
            let date = date || value.parse::<jiff::Timestamp>().is_ok();
            date.then_some(()).ok_or_else(|| "must be a date, such as 2026-01-31".to_owned())
        }
        DataType::Text | DataType::Unknown => Ok(()),
    }
}

fn is_decimal(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && value.len() <= 40
}

/// Modulo 11 with weights 2 to 7 from the right, as most registers use. A check digit of ten is written `X` or `0`.
fn checks_out(value: &str) -> bool {
    let compared: Vec<char> = value.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).collect();
    let Some((check, body)) = compared.split_last() else { return false };
    let digits: Option<Vec<u32>> = body.iter().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else { return false };
    let sum: u32 = digits.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => matches!(check, 'X' | 'x' | '0'),
        expected => check.to_digit(10) == Some(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::super::option::Choice;
    use super::*;

    fn option(kind: OptionKind, data_type: DataType) -> SyncOption {
        let choice = |id: &str, name: &str| Choice { id: id.into(), name: name.into(), ..Choice::default() };
        let values = if kind.has_choices() { vec![choice("1", "User"), choice("2", "Reseller")] } else { Vec::new() };
        SyncOption { id: "it".into(), name: "It".into(), kind, data_type, values, ..SyncOption::default() }
    }

    #[test]
    fn m01_option_values_are_validated_by_kind_and_data_type() {
        use DataType::{Currency, Date, Number, Text};
        use OptionKind::{
            Boolean, File, Link, List, ListMultiSelect, Mask, Mod11CheckDigit, SimpleValue, TextArea, Unknown,
        };
        let cases: [(OptionKind, DataType, &[&str], &[&str]); 13] = [
            (SimpleValue, Text, &["anything", "1"], &[]),
            (SimpleValue, Number, &["1", "-2", "3.50"], &["one", "1e3", "1,5", ".5", "--1"]),
            (SimpleValue, Currency, &["12.50"], &["$5"]),
            (
                SimpleValue,
                Date,
                &["2026-02-28", "2026-02-28T10:00:00", "2026-02-28T10:00:00Z"],
                &["28.2.", "2026-02-30"],
            ),
            (TextArea, Text, &["two\nlines"], &[]),
            (List, Text, &["1", "2"], &["User", "3", "1|2"]),
            (ListMultiSelect, Text, &["1", "1|2", "1, 2"], &["1|3", "User"]),
            (Boolean, Text, &["true", "No", "0"], &["maybe"]),
            (Link, Text, &["https://example.com/x"], &["example.com", "javascript:alert(1)"]),
            (Mask, Text, &["AB-12"], &[]),
            (Mod11CheckDigit, Text, &["36532-7", "0100-7"], &["365326", "x", "", "7"]),
            (Unknown, Text, &["whatever"], &[]),
            (File, Text, &["data"], &[]),
        ];
        for (kind, data_type, good, bad) in cases {
            let option = option(kind, data_type);
            for value in good {
                assert_eq!(check(&option, value), Ok(()), "{kind:?} {value}");
            }
            for value in bad {
                assert!(check(&option, value).is_err(), "{kind:?} {value}");
            }
        }
        assert!(check(&option(SimpleValue, Text), &"x".repeat(4001)).is_err());
    }

    #[test]
    fn m02_missing_username_defaults_to_the_accounts_address() {
        let options =
            [SyncOption { id: USERNAME.into(), name: "Username".into(), required: true, ..SyncOption::default() }];
        let account = Account { email: Some("jo@example.com".into()), ..Account::default() };
        assert_eq!(check_all(&options, &account).unwrap()[USERNAME], "jo@example.com");
        let refusal = check_all(&options, &Account::default()).unwrap_err();
        assert_eq!(refusal.code, Code::OptionMissing);
        assert!(refusal.message().contains("“Username”"));
    }

    #[test]
    fn m16_a_choice_is_named_by_its_id_not_its_label() {
        let options = [option(OptionKind::List, DataType::Text)];
        let with = |value: &str| Account { options: [("it".into(), value.into())].into(), ..Account::default() };
        assert!(check_all(&options, &with("1")).is_ok());
        let refusal = check_all(&options, &with("User")).unwrap_err();
        assert!(refusal.message().contains("1 (User), 2 (Reseller)"), "{}", refusal.message());
        let unknown = Account { options: [("other".into(), "kept".into())].into(), ..Account::default() };
        assert_eq!(check_all(&options, &unknown).unwrap()["other"], "kept");
    }
}
