//! Money as an integer number of a currency's minor units, never as a floating-point number.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Currencies without a minor unit.
const WHOLE: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies with 1,000 minor units.
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// Currencies with 10,000 minor units.
const TEN_THOUSANDTHS: [&str; 2] = ["CLF", "UYW"];

impl Currency {
    /// Parses a three-letter code; case does not matter.
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.trim().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// The ISO 4217 code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether amounts can be in it. ISO 4217 has `XXX` for no currency, and `XTS` for tests.
    pub fn is_real(self) -> bool {
        !matches!(self.code(), "XXX" | "XTS")
    }

    /// Number of decimal places.
    pub fn decimals(self) -> u32 {
        let code = self.code();
        if WHOLE.contains(&code) {
            0
        } else if THOUSANDTHS.contains(&code) {
            3
        } else if TEN_THOUSANDTHS.contains(&code) {
            4
        } else {
            2
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> Result<Self, String> {
        Self::parse(&code).ok_or_else(|| format!("“{code}” is no currency code of three letters"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An exact amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Amount in minor units: cents, pence, or whole units if the currency has none smaller.
    pub minor: i64,
    /// Currency of the amount.
    pub currency: Currency,
}

/// Parse error of an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number.
    #[error("“{0}” is not an amount: digits with at most one decimal sign are needed")]
    Unreadable(String),
    /// More decimal places than the currency has.
    #[error("“{text}” has more decimals than {currency}, which has {}", currency.decimals())]
    TooFine {
        /// The text parsed.
        text: String,
        /// The expected currency.
        currency: Currency,
    },
    /// Too large to be stored.
    #[error("“{0}” is too large")]
    TooLarge(String),
}

impl Money {
    /// Creates an amount from minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Parses a decimal number such as `1234.5`, or `-0,50` if `decimal` is a comma. Thousands may be separated by a
    /// blank, an apostrophe, or the one of point and comma that is not the decimal sign. Negative amounts can be `120.00-` or
    /// `(120.00)`, too.
    pub fn parse(text: &str, decimal: char, currency: Currency) -> Result<Self, AmountError> {
        let unreadable = || AmountError::Unreadable(text.trim().to_owned());
        let (negative, digits) = signed(text.trim());
        let (whole, fraction) = digits.split_once(decimal).unwrap_or((digits, ""));
        let whole = ungrouped(whole, decimal).ok_or_else(unreadable)?;
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || whole.is_empty() && fraction.is_empty() {
            return Err(unreadable());
        }
        let decimals = currency.decimals() as usize;
        let (kept, beyond) = fraction.split_at(fraction.len().min(decimals));
        if beyond.bytes().any(|digit| digit != b'0') {
            return Err(AmountError::TooFine { text: text.trim().to_owned(), currency });
        }
        let all = format!("{}{whole}{kept:0<decimals$}", if negative { "-" } else { "" });
        let minor = match all.as_str() {
            "" | "-" => 0,
            all => all.parse().map_err(|_| AmountError::TooLarge(text.trim().to_owned()))?,
        };
        Ok(Self { minor, currency })
    }

    /// The number without currency: `-1234.50`.
    pub fn number(self) -> String {
        let decimals = self.currency.decimals() as usize;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The sum. `None` if the currencies differ or the result overflows.
    pub fn plus(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor).filter(|_| self.currency == other.currency)?;
        Some(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    /// `EUR 1 234.50`, with non-breaking spaces between thousands: unambiguous in every language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        let (sign, number) = number.strip_prefix('-').map_or(("", number.as_str()), |rest| ("-", rest));
        let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
        write!(f, "{}\u{a0}{sign}", self.currency)?;
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_str("\u{a0}")?;
            }
            write!(f, "{digit}")?;
        }
        fraction.map_or(Ok(()), |fraction| write!(f, ".{fraction}"))
    }
}

/// Whether a number is negative, and the rest of it. Some accounting programs put the minus behind it, or put it in
/// brackets.
fn signed(text: &str) -> (bool, &str) {
    const MINUS: [char; 2] = ['-', '\u{2212}'];
    let bracketed = || text.strip_prefix('(')?.strip_suffix(')');
    let negative = text.strip_prefix(MINUS).or_else(|| text.strip_suffix(MINUS)).or_else(bracketed);
    match negative {
        Some(rest) => (true, rest.trim()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

/// The digits of a whole number, without separators. Every group except the first must have three digits.
fn ungrouped(text: &str, decimal: char) -> Option<String> {
    let separates = |c: char| {
        matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}') || matches!(c, '.' | ',') && c != decimal
    };
    let groups: Vec<&str> = text.split(separates).collect();
    let whole = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    (whole && grouped).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn p09_amounts_are_parsed_exactly_or_rejected() {
        let eur = |text: &str| Money::parse(text, '.', currency("eur")).map(|money| money.minor);
        assert_eq!(eur("5600.0"), Ok(560_000));
        assert_eq!(eur("-0.5"), Ok(-50));
        assert_eq!(eur("1,234,567.89"), Ok(123_456_789));
        assert_eq!(eur("1 234"), Ok(123_400));
        assert_eq!(eur(".5"), Ok(50));
        assert_eq!(eur("10.500"), Ok(1050));
        for text in ["-120.00", "\u{2212}120.00", "120.00-", "120.00 \u{2212}", "(120.00)", "( 120 )"] {
            assert_eq!(eur(text), Ok(-12_000), "{text}");
        }
        assert!(matches!(eur("10.005"), Err(AmountError::TooFine { .. })));
        assert!(matches!(eur("99999999999999999999"), Err(AmountError::TooLarge(_))));
        for text in [
            "", "-", ".", "1.2.3", "12,34", "1,23.4", "1e3", "EUR 5", "5 €", "--1", "-1-", "1--", "(-1)", "(1", "1)",
            "+1-", "0x10", "1,234,5",
        ] {
            assert!(matches!(eur(text), Err(AmountError::Unreadable(_))), "{text:?} is {:?}", eur(text));
        }
        assert_eq!(Money::parse("1.234,5", ',', currency("EUR")).unwrap().minor, 123_450);
        assert_eq!(Money::parse("1500", '.', currency("JPY")).unwrap().minor, 1500);
        assert_eq!(Money::parse("1.5", '.', currency("KWD")).unwrap().minor, 1500);
        assert!(Money::parse("1.5", '.', currency("JPY")).is_err());
    }

    #[test]
    fn p09_amounts_are_formatted_with_the_currencys_decimals() {
        assert_eq!(Money::new(-123_456_789, currency("EUR")).to_string(), "EUR\u{a0}-1\u{a0}234\u{a0}567.89");
        assert_eq!(Money::new(5, currency("USD")).number(), "0.05");
        assert_eq!(Money::new(1500, currency("JPY")).to_string(), "JPY\u{a0}1\u{a0}500");
        assert_eq!(Money::new(i64::MIN, currency("BHD")).number(), "-9223372036854775.808");
    }

    #[test]
    fn currency_codes_have_three_letters() {
        assert_eq!(Currency::parse(" zar ").map(String::from).as_deref(), Some("ZAR"));
        for text in ["", "EU", "EURO", "12A", "€"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn amounts_round_trip_through_text(minor: i64, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let money = Money::new(minor, currency(code));
            prop_assert_eq!(Money::parse(&money.number(), '.', money.currency), Ok(money));
        }
    }
}
