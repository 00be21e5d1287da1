//! Authentication of marketplaces: application id and key identify the platform's installation, and settings the
//! partner.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use tessera_core::marketplace::{Code, MarketplaceError};
use tessera_hub::marketplace::{Application, MarketplaceConfig, Setting};

/// Finds the calling marketplace: of those with this address, the one that matches the id, key and settings in the
/// request.
pub(crate) fn admit<'a>(
    candidates: &[&'a MarketplaceConfig],
    headers: &HeaderMap,
) -> Result<&'a MarketplaceConfig, MarketplaceError> {
    let header = |name: &str| headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let id = header("x-cloudplatform-applicationid");
    let key = STANDARD.decode(header("x-cloudplatform-apikey")).unwrap_or_default();
    let knows = |marketplace: &&&MarketplaceConfig| {
        // All pairs are compared, even after a match, so that the duration reveals nothing.
        marketplace.applications.iter().fold(false, |known, application| known | fits(application, id, &key))
    };
    let known: Vec<&&MarketplaceConfig> = candidates.iter().filter(knows).collect();
    if known.is_empty() {
        return Err(MarketplaceError::plain(Code::Unauthorized));
    }
    let mut missing = String::new();
    for marketplace in known {
        match marketplace.settings.iter().find(|setting| !accepts(setting, headers)) {
            None => return Ok(marketplace),
            Some(setting) => setting.id.clone_into(&mut missing),
        }
    }
    Err(MarketplaceError::new(Code::SettingRefused, missing))
}

fn fits(application: &Application, id: &[u8], key: &[u8]) -> bool {
    let id_fits = application.id.as_bytes().eq_ignore_ascii_case(id);
    // The platform may send the key encoded, as the contract says; the key itself often looks encoded too.
    id_fits & application.key.matches(key)
}

/// Whether the values sent for a setting are accepted: in one header each, or all in one header separated by `|`.
fn accepts(setting: &Setting, headers: &HeaderMap) -> bool {
    let name = format!("x-cloudplatform-setting-{}", setting.id.to_ascii_lowercase());
    let sent: Vec<&[u8]> = headers
        .get_all(&name)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b'|'))
        .map(<[u8]>::trim_ascii)
        .filter(|value| !value.is_empty())
        .collect();
    let known = |value: &&[u8]| {
        setting.values.iter().fold(false, |known, accepted| {
            known | verify_slices_are_equal(accepted.expose_secret().as_bytes(), value).is_ok()
        })
    };
    !sent.is_empty() && sent.iter().all(known)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use tessera_hub::Secret;

    use super::*;

    fn marketplace(name: &str, id: &str, key: &str, setting: Option<&str>) -> MarketplaceConfig {
        let setting = setting.map(|value| Setting { id: "Partner".into(), values: vec![SecretString::from(value)] });
        MarketplaceConfig {
            name: name.into(),
            display_name: name.into(),
            prefix: String::new(),
            applications: vec![Application { id: id.into(), key: Secret::new(key).unwrap() }],
            settings: setting.into_iter().collect(),
            options: Vec::new(),
            matching: Vec::new(),
            licence: None,
            invite: true,
            own_platform: false,
        }
    }

    fn headers(id: &str, key: &str, settings: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("X-CloudPlatform-ApplicationId", id.parse().unwrap());
        headers.insert("X-CloudPlatform-APIKey", STANDARD.encode(key).parse().unwrap());
        for setting in settings {
            headers.append("X-CloudPlatform-Setting-Partner", setting.parse().unwrap());
        }
        headers
    }

    #[test]
    fn m18_id_and_key_belong_together_and_settings_tell_instances_apart() {
        let one = marketplace("one", "ID-1", "the key of the one=", Some("4711"));
        let two = marketplace("two", "ID-1", "the key of the one=", Some("4712"));
        let three = marketplace("three", "ID-3", "the key of the third", None);
        let all = [&one, &two, &three];
        let admitted = |headers: &HeaderMap| admit(&all, headers).map(|it| it.name.as_str());
        assert_eq!(admitted(&headers("id-1", "the key of the one=", &["4712"])), Ok("two"));
        assert_eq!(admitted(&headers("ID-1", "the key of the one=", &["4711"])), Ok("one"));
        assert_eq!(admitted(&headers("ID-3", "the key of the third", &[])), Ok("three"));
        let unauthorized = Err(MarketplaceError::plain(Code::Unauthorized));
        assert_eq!(admitted(&headers("ID-3", "the key of the one=", &[])), unauthorized);
        assert_eq!(admitted(&HeaderMap::new()), unauthorized);
        let refused = Err(MarketplaceError::new(Code::SettingRefused, "Partner"));
        assert_eq!(admitted(&headers("ID-1", "the key of the one=", &[])), refused);
        assert_eq!(
            admitted(&headers("ID-1", "the key of the one=", &["4711|4712"])),
            refused,
            "all of several must be accepted"
        );
        let mut plain = headers("ID-3", "x", &[]);
        plain.insert("X-CloudPlatform-APIKey", "the key of the third".parse().unwrap());
        assert_eq!(admitted(&plain), unauthorized, "the key travels encoded");
    }

    #[test]
    fn m18_a_setting_with_several_values_comes_in_one_header_or_in_several() {
        let mut one = marketplace("one", "ID", "0123456789abcdef", Some("a"));
        one.settings[0].values.push(SecretString::from("b"));
        for sent in [&["a|b"][..], &["a", "b"], &["b"], &[" a | b "]] {
            assert!(admit(&[&one], &headers("ID", "0123456789abcdef", sent)).is_ok(), "{sent:?}");
        }
        assert!(admit(&[&one], &headers("ID", "0123456789abcdef", &["a|c"])).is_err());
    }
}
