//! Masking of addresses and names: recognisable to their owner, useless to others.

/// `jane.doe@example.com` → `j•••@example.com`. Text that is not an address becomes `•••`.
pub fn email(address: &str) -> String {
    match address.trim().rsplit_once('@') {
        Some((local, domain)) if !domain.is_empty() => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        _ => "•••".to_owned(),
    }
}

/// `Ada Example` → `Ada E•••`: enough for a greeting, too little to identify the person.
pub fn name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or("•••");
    words
        .next_back()
        .and_then(|last| last.chars().next())
        .map_or_else(|| first.to_owned(), |initial| format!("{first} {initial}•••"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn masked_address_shows_the_first_letter_and_the_domain() {
        assert_eq!(super::email("jane.doe@example.com"), "j•••@example.com");
        assert_eq!(super::email("jane"), "•••");
        assert_eq!(super::email(""), "•••");
    }

    #[test]
    fn masked_name_shows_the_first_name_and_an_initial() {
        assert_eq!(super::name("Ada King Example"), "Ada E•••");
        assert_eq!(super::name("Ada"), "Ada");
        assert_eq!(super::name(" "), "•••");
    }
}
