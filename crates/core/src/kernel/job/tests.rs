use super::*;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Every kind of job as stored by earlier versions, with its key and lane. `ID` is replaced by an id.
const STORED: &[(&str, &str, Lane)] = &[
    (r#"{"kind":"mail_invitation","invitation_id":"ID"}"#, "mail_invitation:ID", Lane::Normal),
    (r#"{"kind":"mail_invitation_reminder","invitation_id":"ID"}"#, "mail_invitation_reminder:ID", Lane::Normal),
    (r#"{"kind":"mail_activated","activation_id":"ID"}"#, "mail_activated:ID", Lane::Normal),
    (r#"{"kind":"run_activation","activation_id":"ID"}"#, "run_activation:ID", Lane::Interactive),
    (
        r#"{"kind":"run_activation","activation_id":"ID","missing_since":"2026-11-21T14:04:00.123456Z"}"#,
        "run_activation:ID",
        Lane::Interactive,
    ),
    (r#"{"kind":"invite","requester_id":"4711","asked_by":"system:freshservice"}"#, "invite:4711", Lane::Normal),
    (r#"{"kind":"refresh","customer_id":"ID"}"#, "refresh:ID", Lane::Normal),
    (r#"{"kind":"confirm_absence","customer_id":"ID"}"#, "confirm_absence:ID", Lane::Normal),
    (r#"{"kind":"sweep","what":"assets","run":null}"#, "sweep:assets", Lane::Bulk),
    (r#"{"kind":"sweep","what":"contacts","run":"ID"}"#, "sweep:ID", Lane::Bulk),
    (r#"{"kind":"apply_sweep","run":"ID"}"#, "apply_sweep:ID", Lane::Normal),
    (
        r#"{"kind":"link_by_requester_id","sign_in":{"identity":{"issuer":"https://id.example.org","subject":"s-1"},"provider":"entra","email":"jo@example.org","email_verified":true,"name":null},"requester_id":"4711"}"#,
        "link_by_requester_id:4711:https://id.example.org s-1",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_sign_in_changed","customer_id":"ID","person_id":null,"added":true,"sign_in":"j***@example.org","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_sign_in_changed:ID:true:j***@example.org:1795269840123456",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_sign_in_changed","customer_id":"ID","person_id":"ID","added":false,"sign_in":"j***@example.org","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_sign_in_changed:ID:false:j***@example.org:1795269840123456",
        Lane::Normal,
    ),
    (
        r#"{"kind":"fetch_record","hint":{"of":"asset","display_id":"12"},"tries":0}"#,
        "fetch_record:asset:12",
        Lane::Normal,
    ),
    (
        r#"{"kind":"fetch_record","hint":{"of":"asset_tag","tag":" AB-12 "},"tries":1}"#,
        "fetch_record:asset_tag:AB12",
        Lane::Normal,
    ),
    (
        r#"{"kind":"fetch_record","hint":{"of":"serial","serial":"s n 1"},"tries":2}"#,
        "fetch_record:serial:SN1",
        Lane::Normal,
    ),
    (
        r#"{"kind":"fetch_record","hint":{"of":"requester","id":"4711"},"tries":3}"#,
        "fetch_record:requester:4711",
        Lane::Normal,
    ),
    (r#"{"kind":"fetch_record","hint":{"of":"contact","id":"5"},"tries":0}"#, "fetch_record:contact:5", Lane::Normal),
    (r#"{"kind":"fetch_record","hint":{"of":"ticket","id":"6"},"tries":0}"#, "fetch_record:ticket:6", Lane::Normal),
    (r#"{"kind":"write_device","write_id":"ID"}"#, "write_device:ID", Lane::Interactive),
    (r#"{"kind":"run_device_load","load_id":"ID"}"#, "run_device_load:ID", Lane::Normal),
    (
        r#"{"kind":"mail_return","return_id":"ID","notice":{"tells":"asked","line":1,"version":2}}"#,
        "mail_return:ID:asked:1:2",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_work_order","work_order_id":"ID","notice":"moved","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_work_order:ID:moved:1795269840123456",
        Lane::Normal,
    ),
    (r#"{"kind":"read_invoices"}"#, "read_invoices", Lane::Bulk),
    (r#"{"kind":"mail_one_time_link","link_id":"ID"}"#, "mail_one_time_link:ID", Lane::Interactive),
    (r#"{"kind":"send_one_time_link","mark":"mk","sealed":"se"}"#, "send_one_time_link:mk", Lane::Interactive),
    (
        r#"{"kind":"mail_security_notice","person_id":"ID","notice":"code_used","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_security_notice:ID:code_used:1795269840123456",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_failed_sign_ins","mark":"mk","person_id":null,"at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_failed_sign_ins:mk",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_break_glass","staff_id":"ID","login":"agnes","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_break_glass:ID:agnes:1795269840123456",
        Lane::Interactive,
    ),
    (r#"{"kind":"mail_registration","registration_id":"ID"}"#, "mail_registration:ID", Lane::Normal),
    (
        r#"{"kind":"mail_registration_decided","registration_id":"ID","link_id":null}"#,
        "mail_registration_decided:ID",
        Lane::Normal,
    ),
    (
        r#"{"kind":"mail_registration_decided","registration_id":"ID","link_id":"ID"}"#,
        "mail_registration_decided:ID",
        Lane::Normal,
    ),
    (r#"{"kind":"notify_followers","post_id":"ID","after":null}"#, "notify_followers:ID", Lane::Bulk),
    (r#"{"kind":"notify_followers","post_id":"ID","after":"ID"}"#, "notify_followers:ID:ID", Lane::Bulk),
    (r#"{"kind":"mail_reply","post_id":"ID","person_id":"ID"}"#, "mail_reply:ID:ID", Lane::Bulk),
    (r#"{"kind":"mail_email_change","change_id":"ID"}"#, "mail_email_change:ID", Lane::Normal),
    (r#"{"kind":"mail_email_changed","change_id":"ID","to":"jo@example.org"}"#, "mail_email_changed:ID", Lane::Normal),
    (r#"{"kind":"sync_ticket","request_id":"ID"}"#, "sync_ticket:ID", Lane::Interactive),
    (
        r#"{"kind":"mail_request","request_id":"ID","person":"ID","mail":"approval","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_request:ID:ID:approval:1795269840123456",
        Lane::Normal,
    ),
    (r#"{"kind":"carry_out_message","message_id":"ID"}"#, "carry_out_message:ID", Lane::Normal),
    (r#"{"kind":"run_account_operation","operation_id":"ID"}"#, "run_account_operation:ID", Lane::Interactive),
    (
        r#"{"kind":"run_account_operation","operation_id":"ID","service_manager_id":"ID","bulk":true}"#,
        "run_account_operation:ID",
        Lane::Bulk,
    ),
    (r#"{"kind":"mail_vendor_notification","notification_id":"ID"}"#, "mail_vendor_notification:ID", Lane::Normal),
    (r#"{"kind":"run_account_import","import_id":"ID"}"#, "run_account_import:ID", Lane::Bulk),
    (r#"{"kind":"fetch_sync_options","service_manager_id":"ID"}"#, "fetch_sync_options:ID", Lane::Normal),
    (r#"{"kind":"read_tickets"}"#, "read_tickets", Lane::Bulk),
    (
        r#"{"kind":"mail_email_corrected","person_id":"ID","to":"jo@example.org","at":"2026-11-21T14:04:00.123456Z"}"#,
        "mail_email_corrected:ID:1795269840123456",
        Lane::Normal,
    ),
];

#[test]
fn stored_jobs_keep_their_json_key_and_lane() {
    for (json, key, lane) in STORED {
        let (json, key) = (json.replace("ID", ID), key.replace("ID", ID));
        let task: Task = serde_json::from_str(&json).unwrap();
        let written = serde_json::to_value(&task).unwrap();
        assert_eq!(serde_json::to_string(&task).unwrap(), json);
        assert_eq!(written["kind"], task.kind());
        assert_eq!((task.key(), task.lane()), (key, *lane));
        assert_eq!(task.share().is_some(), task.pool() == Pool::Vendors, "{}", task.kind());
    }
}

#[test]
fn every_kind_of_job_has_a_stored_example() {
    macro_rules! kinds {
        ($($feature:ident::$job:ident,)*) => {
            [$(<crate::$feature::jobs::$job as JobKind>::KIND,)*]
        };
    }
    for kind in for_each_job!(kinds) {
        let written = format!(r#""kind":"{kind}""#);
        assert!(STORED.iter().any(|(json, ..)| json.contains(&written)), "{kind} has no example");
    }
}

#[test]
fn fields_that_came_later_may_be_missing() {
    let missing = [
        r#"{"kind":"sweep","what":"assets"}"#,
        r#"{"kind":"fetch_record","hint":{"of":"ticket","id":"6"}}"#,
        r#"{"kind":"mail_sign_in_changed","customer_id":"01890a5d-ac96-774b-bcce-b302099a8057","added":true,"sign_in":"j","at":"2026-11-21T14:04:00Z"}"#,
    ];
    for json in missing {
        serde_json::from_str::<Task>(json).unwrap();
    }
}
