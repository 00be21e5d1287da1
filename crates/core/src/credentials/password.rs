//! Password rules (`P03`): long, and not among the first guesses. There are no composition rules (NIST SP 800-63B
//! §3.1.1.2).

use crate::kernel::rejection::Rejection;
use crate::kernel::unicode::composed;

/// Minimum length, in characters.
pub const MIN_LENGTH: usize = 12;
/// Maximum length, in characters; it limits the cost of hashing.
pub const MAX_LENGTH: usize = 256;

/// Reason why a password is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short: open to brute force.
    #[error("use at least {MIN_LENGTH} characters; a sentence that only you would think of is easy to remember")]
    TooShort,
    /// Longer than [`MAX_LENGTH`].
    #[error("use at most {MAX_LENGTH} characters")]
    TooLong,
    /// Derived from the person's own data, so easily guessed by acquaintances.
    #[error("do not use your person ID, your name or your e-mail address")]
    AboutYou,
    /// Derived from the name of the company or of this software, so tried first by whoever attacks this installation.
    #[error("do not use the name of the company that you sign in at, or of this software; choose another")]
    AboutUs,
    /// On the list of common passwords.
    #[error("this one is too common; choose another")]
    Common,
    /// One repeated piece, or a sequence of the alphabet, digits or keyboard.
    #[error("this one repeats itself or follows the order of the keys; choose another")]
    Regular,
}

impl Rejection for PasswordError {
    fn code(&self) -> &'static str {
        "weak_password"
    }
}

/// A password cannot be hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnusablePasswordError(pub String);

impl Rejection for UnusablePasswordError {
    fn code(&self) -> &'static str {
        "unusable_password"
    }
}

/// The form of a password that is hashed: the `OpaqueString` profile of RFC 8265. Keyboards type the same letter in
/// different ways: in normal form C or decomposed, and with other blanks than a space.
pub fn prepared(typed: &str) -> String {
    let is_blank =
        |c: char| matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}');
    composed(&typed.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect::<String>())
}

/// The name of this software.
const PRODUCT: &str = "Tessera";

/// Checks a password for a person. `about`: person id, name and e-mail address. `company`: whom they sign in at.
pub fn check(password: &str, about: &[&str], company: &str) -> Result<(), PasswordError> {
    let password = &prepared(password);
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    if length > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    let plain = plain(password);
    if about.iter().any(|about| is_about(&plain, about)) {
        return Err(PasswordError::AboutYou);
    }
    if [company, PRODUCT].into_iter().chain(company.split_whitespace()).any(|name| is_about(&plain, name)) {
        return Err(PasswordError::AboutUs);
    }
    if is_regular(&plain) {
        return Err(PasswordError::Regular);
    }
    // Appending digits or punctuation to a common word does not make it uncommon.
    let word = plain.trim_end_matches(|c: char| !c.is_alphabetic());
    let spelled = spelled_out(&plain);
    let spelled_word = spelled_out(word);
    let common = |text: &str| {
        COMMON.binary_search(&text).is_ok() || twice(text).is_some_and(|half| COMMON.binary_search(&half).is_ok())
    };
    if [plain.as_str(), word, spelled.as_str(), spelled_word.as_str()].into_iter().any(common) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// Lower case, without blanks.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Replaces digits and symbols that stand for letters by these letters.
fn spelled_out(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether the password consists of personal data plus only a few other characters.
fn is_about(plain_password: &str, about: &str) -> bool {
    /// Minimum number of letters besides the personal data.
    const OWN: usize = 6;
    let about = plain(about);
    let parts = [about.as_str(), about.split('@').next().unwrap_or_default()];
    parts.into_iter().filter(|part| part.chars().count() >= 4).any(|part| {
        plain_password.contains(part)
            && plain_password.replace(part, "").chars().filter(|c| c.is_alphabetic()).count() < OWN
    })
}

/// Whether the text repeats a piece of up to four characters, or mostly follows the alphabet, digits or a keyboard row.
fn is_regular(plain: &str) -> bool {
    const ROWS: [&str; 8] = [
        "abcdefghijklmnopqrstuvwxyz",
        "zyxwvutsrqponmlkjihgfedcba",
        "01234567890123456789012345",
        "98765432109876543210987654",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "poiuytrewqlkjhgfdsamnbvcxz",
        "azertyuiopqsdfghjklmwxcvbn",
    ];
    let chars: Vec<char> = plain.chars().collect();
    let repeats = (1..=4).any(|piece| chars.iter().skip(piece).zip(&chars).all(|(later, earlier)| later == earlier));
    // The longest sequence of a row within the password, compared with the password's length.
    let walks = ROWS.iter().any(|row| {
        let longest = (0..row.len())
            .flat_map(|from| (from + 4..=row.len()).map(move |to| (from, to)))
            .filter(|(from, to)| plain.contains(&row[*from..*to]))
            .map(|(from, to)| to - from)
            .max();
        longest.is_some_and(|longest| chars.len() < longest + 5)
    });
    repeats || walks
}

/// Half of a text that consists of the same piece twice.
fn twice(text: &str) -> Option<&str> {
    let (first, second) = text.split_at_checked(text.len() / 2)?;
    (first == second && !first.is_empty()).then_some(first)
}

/// Common passwords, sorted: lower case, without blanks, trailing digits and punctuation removed.
const COMMON: &[&str] = &[
    "abc",
    "abcd",
    "abcdef",
    "abcdefgh",
    "admin",
    "adminadmin",
    "administrator",
    "adminpassword",
    "amazon",
    "andrea",
    "angel",
    "angels",
    "apple",
    "april",
    "arsenal",
    "asdfgh",
    "asdfghjkl",
    "asshole",
    "august",
    "autumn",
    "azerty",
    "babygirl",
    "barcelona",
    "baseball",
    "basketball",
    "batman",
    "battery",
    "bayernmunchen",
    "bienvenido",
    "bienvenue",
    "birthday",
    "blessed",
    "blink",
    "brother",
    "bullshit",
    "buster",
    "butterfly",
    "changeme",
    "changemenow",
    "changepassword",
    "charlie",
    "cheese",
    "chelsea",
    "chocolate",
    "christmas",
    "companypassword",
    "computer",
    "contrasena",
    "cookie",
    "correcthorsebatterystaple",
    "cowboys",
    "customer",
    "customerportal",
    "daniel",
    "december",
    "default",
    "defaultpassword",
    "demo",
    "dragon",
    "eagles",
    "energy",
    "example",
    "facebook",
    "family",
    "father",
    "february",
    "ferrari",
    "flower",
    "football",
    "forever",
    "freedom",
    "friday",
    "friend",
    "friends",
    "fuckoff",
    "fuckyou",
    "geheim",
    "ginger",
    "godisgood",
    "google",
    "guest",
    "halloween",
    "happiness",
    "happybirthday",
    "heaven",
    "hello",
    "hellokitty",
    "helloworld",
    "helpdesk",
    "herbst",
    "hockey",
    "hunter",
    "iamthebest",
    "ichliebedich",
    "iloveyou",
    "iloveyouforever",
    "instagram",
    "internet",
    "inverter",
    "january",
    "jennifer",
    "jessica",
    "jesus",
    "jesuschrist",
    "jetaime",
    "jordan",
    "july",
    "june",
    "juventus",
    "killer",
    "lakers",
    "letmein",
    "letmeinnow",
    "letmeinplease",
    "liverpool",
    "login",
    "lovelove",
    "loveyou",
    "lucky",
    "manchester",
    "march",
    "master",
    "matrix",
    "may",
    "mercedes",
    "michael",
    "microsoft",
    "monday",
    "money",
    "monkey",
    "motdepasse",
    "mother",
    "mustang",
    "mylove",
    "mypassword",
    "netflix",
    "nevergiveup",
    "newpassword",
    "nopassword",
    "nothing",
    "november",
    "october",
    "oldpassword",
    "opensesame",
    "packers",
    "pass",
    "passw",
    "passwd",
    "password",
    "password123password",
    "passwordadmin",
    "passwordpassword",
    "passwort",
    "pepper",
    "phoenix",
    "pokemon",
    "porsche",
    "portal",
    "princess",
    "qazwsx",
    "qazwsxedc",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "ranger",
    "realmadrid",
    "root",
    "rootpassword",
    "sample",
    "samsung",
    "saturday",
    "secret",
    "senha",
    "september",
    "service",
    "shadow",
    "sister",
    "soccer",
    "solar",
    "solarenergy",
    "something",
    "sommer",
    "spiderman",
    "spring",
    "starwars",
    "steelers",
    "success",
    "summer",
    "summertime",
    "sunday",
    "sunshine",
    "superman",
    "support",
    "technician",
    "temp",
    "temporary",
    "tequiero",
    "tessera",
    "test",
    "tester",
    "testing",
    "testtest",
    "thepassword",
    "thomas",
    "thursday",
    "tigger",
    "trustno",
    "trustnoone",
    "tuesday",
    "user",
    "userpassword",
    "wachtwoord",
    "warehouse",
    "wednesday",
    "welcome",
    "welcomeback",
    "welcomehome",
    "welkom",
    "whatever",
    "whatsup",
    "willkommen",
    "windows",
    "winter",
    "yankees",
    "yourpassword",
    "youtube",
    "zxcvbn",
    "zxcvbnm",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 3] = ["P-7K3F-9QX2", "Ada Example", "ada.example@example.com"];
    const COMPANY: &str = "Sunfield Energy";

    #[test]
    fn p03_long_passwords_are_accepted_without_composition_rules() {
        for good in [
            "seventeen green herons",
            "plum-otter-42-lane",
            "ヒマワリの種を庭にまく春の日",
            "kein einziges Sonderzeichen",
        ] {
            assert_eq!(check(good, &ABOUT, COMPANY), Ok(()), "{good}");
        }
        assert_eq!(check(&"ab cd ef gh ij ".repeat(18), &ABOUT, COMPANY), Err(PasswordError::TooLong));
    }

    #[test]
    fn p03_short_common_regular_and_personal_passwords_are_rejected() {
        let refused = |password: &str| check(password, &ABOUT, COMPANY).unwrap_err();
        assert_eq!(refused("Tr0ub4dor&3"), PasswordError::TooShort, "kinds of characters make up for nothing");
        for common in [
            "correct horse battery staple",
            "Password2026!",
            "P@ssw0rd1234",
            "iloveyou2026!!",
            "LetMeIn LetMeIn",
            "welcome123456",
            "Administrator1!",
        ] {
            assert_eq!(refused(common), PasswordError::Common, "{common}");
        }
        for regular in ["aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "qwertyuiopas", "1qwertyuiopa!"] {
            assert_eq!(refused(regular), PasswordError::Regular, "{regular}");
        }
        for personal in ["P-7K3F-9QX2", "p-7k3f-9qx2!!", "ada.example@example.com", "Ada Example 2026", "ada.example12"]
        {
            let expected = if personal == "P-7K3F-9QX2" { PasswordError::TooShort } else { PasswordError::AboutYou };
            assert_eq!(refused(personal), expected, "{personal}");
        }
    }

    #[test]
    fn p03_the_names_of_the_company_and_of_the_product_are_no_passwords() {
        for name in
            ["Sunfield Energy", "SunfieldEnergy2026!", "sunfield-2026-11", "2026 Energy 2026!", "Tessera-20261130"]
        {
            assert_eq!(check(name, &ABOUT, COMPANY), Err(PasswordError::AboutUs), "{name}");
        }
        for good in ["my sunfield green heron", "tessera and seventeen otters"] {
            assert_eq!(check(good, &ABOUT, COMPANY), Ok(()), "{good}");
        }
        assert_eq!(check("seventeen green herons", &ABOUT, ""), Ok(()), "a company without a name");
    }

    #[test]
    fn common_passwords_are_sorted_for_binary_search() {
        assert!(COMMON.is_sorted());
    }
}
