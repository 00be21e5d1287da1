//! Showing enough of an address that its owner recognises it, and nobody else learns it.

/// `jane.doe@example.com` → `j•••@example.com`. What is no address is shown as `•••`.
pub fn email(address: &str) -> String {
    match address.trim().rsplit_once('@') {
        Some((local, domain)) if !domain.is_empty() => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        _ => "•••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_first_letter_and_the_domain_show() {
        assert_eq!(super::email("jane.doe@example.com"), "j•••@example.com");
        assert_eq!(super::email("jane"), "•••");
        assert_eq!(super::email(""), "•••");
    }
}
