//! The bodies that a platform sends, with the names of the contract (`M07`, `M15`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::{MarketplaceAccount, PrimaryContact};
use super::link::VendorLink;
use crate::kernel::ids::MarketplaceAccountId;
use crate::marketplace::{Address, Place};

/// The reseller that a call names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedReseller {
    /// The reseller's account.
    pub id: MarketplaceAccountId,
    /// Its id at the vendor.
    pub external_id: Option<String>,
}

/// The body of Exists and Synchronize.
pub fn account(
    account: &MarketplaceAccount,
    reseller: Option<&NamedReseller>,
    link: &VendorLink,
    options: &BTreeMap<String, String>,
) -> Value {
    let profile = &account.profile;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let contact = profile.contact.clone().unwrap_or_default();
    let PrimaryContact { first_name, last_name, email } = &contact;
    json!({
        "ID": account.id.to_string(),
        "ExternalID": link.active_id().unwrap_or_default(),
        "ResellerID": reseller.map(|it| it.id.to_string()).unwrap_or_default(),
        "ResellerExternalID": reseller.and_then(|it| it.external_id.clone()).unwrap_or_default(),
        "Name": profile.name,
        "Code": text(&profile.code),
        "Phone": text(&profile.phone),
        "Fax": text(&profile.fax),
        "WebSite": text(&profile.web_site),
        "Email": text(&profile.email),
        "Description": text(&profile.description),
        "IsTest": false,
        "SyncOptions": options,
        "ContactDetails": {
            "ID": account.id.to_string(),
            "FirstName": text(first_name),
            "LastName": text(last_name),
            "Phone": text(&profile.phone),
            "Fax": text(&profile.fax),
            // The account's address, as everything else by which the contact is reached (M09).
            "Email": profile.email.clone().unwrap_or_else(|| text(email)),
        },
        "Address": address(profile.vendor_address()),
        "ExtraDetails": extra(link),
    })
}

/// The body of Delete. The id of the account is not in the contract; some vendors look at it.
pub fn deletion(account: &MarketplaceAccount, link: &VendorLink, external_id: &str) -> Value {
    json!({ "ID": account.id.to_string(), "ExternalID": external_id, "ExtraDetails": extra(link) })
}

fn extra(link: &VendorLink) -> Value {
    let active = link.deleted_at.is_none();
    if active { json!(link.extra) } else { json!({}) }
}

fn address(address: Option<&Address>) -> Value {
    let address = address.cloned().unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let place = |place: &Option<Place>| {
        let place = place.clone().unwrap_or_default();
        json!({ "Code": text(&place.code), "Name": text(&place.name) })
    };
    json!({
        "Address1": text(&address.address1),
        "Address2": text(&address.address2),
        "City": text(&address.city),
        "PostCode": text(&address.post_code),
        "State": place(&address.state),
        "Country": place(&address.country),
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::ids::ServiceManagerId;
    use crate::marketplace_platform::{AccountAddress, AccountProfile, AccountState};

    #[test]
    fn m07_m09_m10_the_body_has_every_member_of_the_contract() {
        let id = MarketplaceAccountId(Uuid::from_u128(7));
        let place = |code: &str, name: &str| Some(Place { code: Some(code.into()), name: Some(name.into()) });
        let billing = Address {
            address1: Some("123 Main Street".into()),
            city: Some("Chicago".into()),
            state: place("CA", "California"),
            country: place("US", "United States"),
            ..Address::default()
        };
        let profile = AccountProfile {
            name: "Direct Customer Example".into(),
            phone: Some("323-999-4500".into()),
            email: Some("office@example.com".into()),
            contact: Some(PrimaryContact {
                first_name: Some("Jo".into()),
                last_name: None,
                email: Some("jo@example.com".into()),
            }),
            addresses: vec![
                AccountAddress { kind: "office".into(), address: Address::default() },
                AccountAddress { kind: "billing".into(), address: billing },
            ],
            ..AccountProfile::default()
        };
        let it = MarketplaceAccount {
            id,
            reseller: None,
            is_reseller: false,
            attached: 0,
            profile,
            state: AccountState::Active,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "hub".into(),
        };
        let link = VendorLink {
            external_id: Some("c-1".into()),
            extra: [("tenant".to_owned(), "4711".to_owned())].into(),
            ..VendorLink::new(id, ServiceManagerId(Uuid::nil()))
        };
        let reseller = NamedReseller { id: MarketplaceAccountId(Uuid::from_u128(8)), external_id: Some("r-1".into()) };
        let body = account(&it, Some(&reseller), &link, &[("role".to_owned(), "1".to_owned())].into());
        assert_eq!((&body["ID"], &body["ExternalID"]), (&json!(id.to_string()), &json!("c-1")));
        assert_eq!((&body["ResellerExternalID"], &body["SyncOptions"]), (&json!("r-1"), &json!({ "role": "1" })));
        assert_eq!(body["ContactDetails"]["Email"], "office@example.com", "from the account");
        assert_eq!((&body["ContactDetails"]["Phone"], &body["Fax"]), (&json!("323-999-4500"), &json!("")));
        assert_eq!((&body["Address"]["City"], &body["Address"]["State"]["Code"]), (&json!("Chicago"), &json!("CA")));
        assert_eq!(body["ExtraDetails"], json!({ "tenant": "4711" }));
        let deleted = VendorLink { deleted_at: Some(Timestamp::UNIX_EPOCH), ..link };
        let again = account(&it, None, &deleted, &BTreeMap::new());
        assert_eq!((&again["ExternalID"], &again["ExtraDetails"]), (&json!(""), &json!({})), "a new start");
    }
}
