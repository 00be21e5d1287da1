//! Short ids that people read out, copy and type: `P-7K3F-9QX2` of a person, `R-7K3M-9QXD` of a return.

use uuid::Uuid;

use crate::kernel::unicode::{as_seen, is_dash, is_long_vowel, latin_lookalike, plain_digits};

/// Crockford's base 32, without letters that look like digits or like each other.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of letters behind the prefix.
const LENGTH: usize = 8;

/// The short form of an id.
///
/// It consists of the last 40 bits of a `UUIDv7`: a part of a counter, and 32 random bits.
pub fn of(prefix: char, id: Uuid) -> String {
    let letter =
        |place: usize| char::from(LETTERS[usize::try_from(id.as_u128() >> (place * 5) & 31).unwrap_or_default()]);
    written(prefix, (0..LENGTH).rev().map(letter))
}

/// The short id that a text spells. People leave out hyphens or write dashes and blanks instead, use small letters, and
/// take `0` for `O` and `1` for `I` or `L`, which the ids do not have. With a Cyrillic or Greek keyboard, they type the
/// letters that look the same.
pub fn spelled(prefix: char, typed: &str) -> Option<String> {
    let meant = |c: char| match latin_lookalike(c).unwrap_or(c).to_ascii_uppercase() {
        'O' | 'О' | 'о' | 'Ο' | 'ο' => '0',
        'I' | 'L' | 'І' | 'і' | 'Ι' | 'ι' => '1',
        other => other,
    };
    let seen = plain_digits(&as_seen(typed));
    let letters = seen
        .chars()
        .filter(|c| !is_dash(*c) && !is_long_vowel(*c) && !c.is_whitespace())
        .map(meant)
        .collect::<String>();
    let letters = letters.strip_prefix(prefix)?;
    let fits = letters.len() == LENGTH && letters.bytes().all(|letter| LETTERS.contains(&letter));
    fits.then(|| written(prefix, letters.chars()))
}

fn written(prefix: char, letters: impl Iterator<Item = char>) -> String {
    let letters: String = letters.collect();
    let (first, last) = letters.split_at(LENGTH / 2);
    format!("{prefix}-{first}-{last}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p03_other_texts_spell_no_short_id() {
        for text in
            ["", "P", "P-7K3F-9QX", "P-7K3F-9QX22", "R-7K3F-9QX2", "P-7K3F-9QXU", "P.7K3F.9QX2", "ada@example.com"]
        {
            assert_eq!(spelled('P', text), None, "{text}");
        }
    }

    #[test]
    fn p03_digits_of_other_scripts_and_wide_letters_spell_a_short_id() {
        for typed in
            ["p٧k٣f٩qx٢", "P-۷K۳F-۹QX۲", "Ｐ－７Ｋ３Ｆ－９ＱＸ２", "Pー7K3Fー9QX2", "Рー７К３Fｰ９QХ２", "p‧7k3f"]
        {
            let expected = (!typed.contains('‧')).then_some("P-7K3F-9QX2");
            assert_eq!(spelled('P', typed).as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn p03_letters_of_other_scripts_that_look_the_same_spell_a_short_id() {
        for typed in ["Р-АВ0К-НМТХ", "р-ав0к-нмтх", "Ρ-ΑΒΟΚ-ΗΜΤΧ", "P-ABOK-HMTX"] {
            assert_eq!(spelled('P', typed).as_deref(), Some("P-AB0K-HMTX"), "{typed}");
        }
        assert_eq!(spelled('P', "Р-АВ0К-НМТЖ"), None, "Zhe looks like no Latin letter");
    }

    proptest! {
        #[test]
        fn p03_a_short_id_is_read_however_people_type_it(
            id in any::<u128>(),
            between in proptest::collection::vec("[-  \u{2010}-\u{2015}\u{2212}\u{200b}]{0,2}", 10),
            other in proptest::collection::vec(any::<(bool, u8)>(), 9),
        ) {
            let short = of('P', Uuid::from_u128(id));
            let letters = short.chars().filter(|c| *c != '-');
            let typed = letters.zip(&other).map(|(letter, (small, which))| {
                let lookalikes: &[char] = match letter {
                    '0' => &['0', 'O'],
                    '1' => &['1', 'I', 'L'],
                    _ => &[letter],
                };
                let letter = lookalikes[usize::from(*which) % lookalikes.len()];
                if *small { letter.to_ascii_lowercase() } else { letter }
            });
            let typed: String = typed.zip(&between[1..]).flat_map(|(letter, gap)| std::iter::once(letter).chain(gap.chars())).collect();
            let typed = format!("{}{typed}", between[0]);
            prop_assert_eq!(spelled('P', &typed), Some(short), "{}", typed);
        }
    }
}
