//! The marketplace that the operator runs, as staff use it: vendors, accounts, synchronization, imports.

use reqwest::StatusCode;
use serde_json::json;
use tessera_sim::scripted_vendor::Turn;
use testkit::{ADA, Colleague, MARKETPLACE, Shown, TestApp};

use crate::marketplace_platform::{
    RunningVendor, account, connect, create, deleted, later, request, shown, state, synchronized, text_option,
};

/// The fields of the form for a vendor at this address.
fn settings<'a>(name: &'a str, url: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("version", "0"),
        ("name", name),
        ("base_url", url),
        ("application_id", MARKETPLACE.0),
        ("api_key", key),
        ("reseller_support", "true"),
    ]
}

/// The last part of a page's path.
fn id_of(page: &Shown) -> String {
    page.path.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned()
}

/// The value of a hidden field.
fn hidden(page: &Shown, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    page.body.split_once(&mark).unwrap().1.split('"').next().unwrap().to_owned()
}

#[testkit::both_databases]
async fn m04_staff_connect_a_vendor_and_see_its_custom_fields(app: TestApp) {
    let running = RunningVendor::usual().await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/service-managers").await.says(&["No vendor is connected"]);
    let refused = agnes.post("/service-managers", &settings("Example Cloud", "vendor.example", "")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["Address: an address such as", "API key: the vendor", "value=\"vendor.example\"", "Example Cloud"]);

    let url = running.url();
    let mut new = settings("Example Cloud", &url, MARKETPLACE.1);
    new.extend([("setting_id_1", "FieldUsername"), ("setting_value_1", "partner-secret")]);
    let page = agnes.post("/service-managers", &new).await;
    page.says(&["Example Cloud", "The domain", "The username", "FieldUsername", "Filled in by"]);
    page.lacks(&[MARKETPLACE.1, "partner-secret"]);
    let id = id_of(&page);

    let edit = agnes.open(&format!("/service-managers/{id}/edit")).await;
    edit.says(&["leave blank to keep it", "FieldUsername"]);
    edit.lacks(&[MARKETPLACE.1, "partner-secret"]);
    let mut changed = settings("Example Cloud EU", &url, "");
    changed[0].1 = "1";
    changed.extend([
        ("setting_id_1", "FieldUsername"),
        ("setting_value_1", ""),
        ("setting_id_2", "Region"),
        ("setting_value_2", "eu"),
    ]);
    let saved = agnes.post(&format!("/service-managers/{id}"), &changed).await;
    saved.says(&["Saved. The custom fields are up to date", "Example Cloud EU", "Region"]);
    let headers = running.vendor.asked("SyncOptions").pop().unwrap().headers;
    assert_eq!(headers["x-cloudplatform-setting-fieldusername"], "partner-secret", "kept");
    assert_eq!(headers["x-cloudplatform-setting-region"], "eu");
    let late = agnes.post(&format!("/service-managers/{id}"), &changed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.says(&["Someone else has saved this in the meantime"]);
    let taken = agnes.post("/service-managers", &settings("example cloud eu", &url, "key")).await;
    taken.says(&["Another service manager is called"]);
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m04_a_test_of_the_connection_creates_nothing_and_hides_secrets(app: TestApp) {
    let running = RunningVendor::usual().await;
    let id = connect(&app, "Example Cloud", &running.url()).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let tested = agnes.post(&format!("/service-managers/{id}/test"), &[]).await;
    tested.says(&["Test of the connection", "create and change nothing", "check-vendor", "SyncOptions answers a list"]);
    tested.lacks(&[MARKETPLACE.1]);
    assert_eq!(running.vendor.customers(), [] as [&str; 0]);
    assert_eq!(running.vendor.asked("Synchronize").len() + running.vendor.asked("Delete").len(), 0);
    assert!(running.vendor.asked("Exists").len() >= 2);

    let told = json!({ "Code": -5, "Message": format!("wrong key {}", MARKETPLACE.1) }).to_string();
    running.vendor.script("SyncOptions", std::iter::repeat_n(Turn::Answer(200, told), 6));
    let tested = agnes.post(&format!("/service-managers/{id}/test"), &[]).await;
    tested.says(&["of the contract", "Broken", "For the vendor"]);
    tested.lacks(&[MARKETPLACE.1]);
    let nowhere = connect(&app, "Nowhere", "http://127.0.0.1:9").await;
    agnes.post(&format!("/service-managers/{nowhere}/test"), &[]).await.says(&["nothing answers"]);
    later(&app, 60).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m05_a_refresh_shows_the_difference_first_and_keeps_values(app: TestApp) {
    let running = RunningVendor::usual().await;
    let id = connect(&app, "Example Cloud", &running.url()).await;
    let acme = create(&app, account("Acme", "acme@example.com")).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let form = format!("/marketplace-accounts/{acme}/synchronize/{id}");
    let save = [("option.username", ""), ("option.domain", "acme.example"), ("act", "save")];
    agnes.post(&form, &save).await.says(&["Saved. The vendor receives", "acme.example"]);

    let refresh = format!("/service-managers/{id}/refresh");
    agnes.post(&refresh, &[]).await.says(&["There is nothing to refresh"]);
    let fields = [text_option("username", 0, true), text_option("region", 1, false)];
    running.vendor.offer(json!({ "Fields": fields }));
    let preview = agnes.post(&refresh, &[]).await;
    preview.says(&[
        "Nothing has changed yet",
        "New fields",
        "The region",
        "Fields that are gone",
        "1 account has a value",
    ]);
    agnes.open(&format!("/service-managers/{id}")).await.says(&["The domain"]);

    running.vendor.offer(json!({ "Fields": [text_option("username", 0, true)] }));
    let apply = format!("{refresh}/apply");
    let again = agnes.post(&apply, &[("seen", hidden(&preview, "seen").as_str())]).await;
    again.says(&["What a refresh changes", "Fields that are gone"]);
    again.lacks(&["The region"]);
    let applied = agnes.post(&apply, &[("seen", hidden(&again, "seen").as_str())]).await;
    applied.says(&["The custom fields are up to date", "Kept values of fields that are gone"]);
    agnes.open(&form).await.says(&["Kept values of fields that are gone", "acme.example"]);
    running.vendor.offer(json!({ "Fields": [text_option("username", 0, true), text_option("domain", 1, false)] }));
    let back = agnes.post(&refresh, &[]).await;
    agnes.post(&apply, &[("seen", hidden(&back, "seen").as_str())]).await.lacks(&["Kept values"]);
    agnes.open(&form).await.says(&["value=\"acme.example\""]);
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m07_m14_staff_create_an_account_and_synchronize_it_with_every_option(app: TestApp) {
    let choice = |id: &str| json!({ "ID": id, "SortOrder": 0, "Name": format!("Plan {id}"), "IsDefault": false });
    let mut plan = text_option("plan", 2, true);
    plan["Definition"]["Kind"] = json!("List");
    plan["Definition"]["PredefinedValues"] = json!([choice("a"), choice("b")]);
    let mut seats = text_option("seats", 3, true);
    seats["Definition"]["DataType"] = json!("Number");
    let mut extras = text_option("extras", 4, false);
    extras["Definition"]["Kind"] = json!("ListMultiSelect");
    extras["Definition"]["PredefinedValues"] = json!([choice("x"), choice("y")]);
    let fields = [text_option("username", 0, true), plan, seats, extras];
    let running = RunningVendor::start(json!({ "Fields": fields })).await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let mut agnes = Colleague::signed_in(&app).await;

    let refused =
        agnes.post("/marketplace-accounts", &[("name", ""), ("email", "nobody"), ("phone", "323-999-4500")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["Name: 1 to 200", "E-mail address: this is not", "323-999-4500"]);
    let more = agnes.post("/marketplace-accounts", &[("name", "Acme"), ("addresses", "1"), ("add", "yes")]).await;
    more.says(&["Address 2", "value=\"Acme\""]);
    let page = agnes
        .post(
            "/marketplace-accounts",
            &[
                ("name", "Acme"),
                ("email", "acme@example.com"),
                ("first_name", "Jo"),
                ("addresses", "2"),
                ("kind_1", "office"),
                ("city_1", "Ulm"),
                ("kind_2", "billing"),
                ("city_2", "Chicago"),
                ("country_code_2", "US"),
            ],
        )
        .await;
    page.says(&["Acme", "Direct customer", "Not there", "Address (billing)", "/console/customers/"]);
    let id = id_of(&page);

    let form = format!("/marketplace-accounts/{id}/synchronize/{vendor}");
    agnes.open(&form).await.says(&[
        "Plan a",
        "inputmode=\"decimal\"",
        "type=\"checkbox\"",
        "Left empty: acme@example.com",
    ]);
    let typed = [
        ("option.username", ""),
        ("option.plan", ""),
        ("option.seats", "many"),
        ("option.extras", ""),
        ("option.extras", "x"),
        ("option.extras", "y"),
        ("act", "synchronize"),
    ];
    let refused = agnes.post(&form, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["Must be a number", "value=\"many\"", "value=\"y\" checked", "aria-invalid"]);
    let mut typed = typed;
    typed[2].1 = "12";
    agnes.post(&form, &typed).await.says(&["“The plan” is required"]);
    assert_eq!(running.vendor.asked("Synchronize").len(), 0);
    typed[1].1 = "b";
    let operation = agnes.post(&form, &typed).await;
    operation.says(&["Synchronize with Example Cloud", "The first attempt is about to start"]);
    app.hub.run_pending().await;
    let path = operation.path.strip_prefix("/console").unwrap();
    agnes.open(path).await.says(&["Done.", "c-1"]);
    let sent = running.vendor.asked("Synchronize").pop().unwrap().body;
    let expected = json!({ "username": "acme@example.com", "plan": "b", "seats": "12", "extras": "x|y" });
    assert_eq!((&sent["SyncOptions"], &sent["Address"]["City"]), (&expected, &json!("Chicago")));
    agnes.open(&format!("/marketplace-accounts/{id}")).await.says(&["Linked", "c-1"]);
    agnes.open("/operations?state=done").await.says(&["Acme", "Synchronize with Example Cloud"]);
    agnes.open("/operations?state=failed").await.says(&["No operations"]);
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m11_m14_staff_read_why_an_operation_failed_and_try_it_again(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let refusal = json!({ "Code": -80_012, "Message": "Choose another domain." }).to_string();
    running.vendor.script("Synchronize", [Turn::Answer(200, refusal)]);
    let failed = synchronized(&app, &id, &vendor, json!({})).await;
    assert_eq!(state(&failed), "failed");
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("").await.says(&["Failed operations at vendors"]);
    let path = format!("/operations/{}", failed["id"].as_str().unwrap());
    agnes.open(&path).await.says(&[
        "This operation failed",
        "Choose another domain.",
        "The customer reads",
        "Try again",
    ]);
    agnes.post(&format!("{path}/cancel"), &[]).await.says(&["The operation has ended already"]);
    agnes.post(&format!("{path}/retry"), &[]).await.says(&["It is tried again"]);
    app.hub.run_pending().await;
    agnes.open(&path).await.says(&["Done."]);
    agnes.open("").await.lacks(&["Failed operations at vendors"]);

    let silent = std::iter::repeat_n(Turn::Answer(503, String::new()), 2);
    running.vendor.script("Exists", silent);
    let waiting = request(&app, &id, &vendor, json!({})).await;
    app.hub.run_pending().await;
    let path = format!("/operations/{waiting}");
    agnes.open(&path).await.says(&["Waiting.", "1 attempt so far", "The next attempt is due", "HTTP status 503"]);
    agnes.post(&format!("{path}/cancel"), &[]).await.says(&["Cancelled.", "Cancelled by agnes"]);
    later(&app, 120).await;
}

#[testkit::both_databases]
async fn m08_accounts_are_listed_as_a_tree_found_and_moved(app: TestApp) {
    let reseller = create(&app, account("Big Reseller", "reseller@example.com")).await;
    let mut below = account("Small Shop", "small@example.com");
    below["reseller_id"] = json!(reseller);
    let small = create(&app, below).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let list = agnes.open("/marketplace-accounts").await;
    list.says(&["Big Reseller", "Customers"]);
    list.lacks(&["Small Shop"]);
    agnes.open("/marketplace-accounts?show=all").await.says(&["Big Reseller", "Small Shop", "Customer of a reseller"]);
    let customers = agnes.open(&format!("/marketplace-accounts?reseller={reseller}")).await;
    customers.says(&["Customers of", "Small Shop"]);
    for query in ["q=sho", "q=small%40ex", "q=Small+Sh", &format!("q={small}")] {
        let found = agnes.open(&format!("/marketplace-accounts?{query}")).await;
        found.says(&["Small Shop"]);
        found.lacks(&["reseller@example.com"]);
    }
    agnes.open("/marketplace-accounts?q=nobody").await.says(&["No account fits"]);

    let circle = agnes.post(&format!("/marketplace-accounts/{reseller}/move"), &[("reseller", "Small Shop")]).await;
    circle.says(&["The account would be its own reseller"]);
    let unknown = agnes.post(&format!("/marketplace-accounts/{small}/move"), &[("reseller", "Nobody Inc")]).await;
    unknown.says(&["No account is called “Nobody Inc”"]);
    let moved = agnes.post(&format!("/marketplace-accounts/{small}/move"), &[("reseller", "")]).await;
    moved.says(&["is a direct customer now"]);
    agnes.open("/marketplace-accounts").await.says(&["Small Shop"]);

    let edit = agnes.open(&format!("/marketplace-accounts/{small}/edit")).await;
    let seen = hidden(&edit, "seen");
    let form = [
        ("seen", seen.as_str()),
        ("name", "Small Shop Ltd"),
        ("email", "small@example.com"),
        ("reseller", "reseller@example.com"),
    ];
    agnes.post(&format!("/marketplace-accounts/{small}"), &form).await.says(&[
        "Saved. Vendors receive",
        "Small Shop Ltd",
        "Big Reseller",
    ]);
    let late = agnes.post(&format!("/marketplace-accounts/{small}"), &form).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.says(&["Someone else has saved this in the meantime"]);
}

#[testkit::both_databases]
async fn m15_a_deletion_is_previewed_and_deletes_on_both_sides(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let reseller = create(&app, account("Reseller", "reseller@example.com")).await;
    let mut body = account("Acme", "acme@example.com");
    body["reseller_id"] = json!(reseller);
    let id = create(&app, body).await;
    assert_eq!(state(&synchronized(&app, &id, &vendor, json!({})).await), "done");
    let mut agnes = Colleague::signed_in(&app).await;
    let preview = agnes.open(&format!("/marketplace-accounts/{reseller}/delete")).await;
    preview.says(&["cannot be deleted now", "Acme is a customer of this account"]);
    preview.lacks(&["Delete the account"]);

    let path = format!("/marketplace-accounts/{id}/delete");
    let preview = agnes.open(&path).await;
    preview.says(&["Example Cloud deletes customer c-2", "Delete the account", "loses access to the portal"]);
    assert_eq!(running.vendor.customers().len(), 2, "a preview deletes nothing");
    let operation = agnes.post(&path, &[]).await;
    operation.says(&["Delete at every vendor"]);
    app.hub.run_pending().await;
    agnes.open(operation.path.strip_prefix("/console").unwrap()).await.says(&["Done."]);
    assert_eq!(running.vendor.customers(), ["c-1"]);
    assert_eq!(shown(&app, &id).await["state"], "deleted");
    agnes.open(&format!("/marketplace-accounts/{id}")).await.says(&["Deleted", "None: the account is deleted"]);
    agnes.open(&path).await.says(&["It is deleted already"]);
    assert_eq!(state(&deleted(&app, &reseller).await), "done");
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m18_the_history_of_calls_is_read_filtered_and_repeated_where_that_is_harmless(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let told = json!({ "Code": 0, "Result": "c-9", "Message": MARKETPLACE.1, "GeneratedPassword": "{P@ssw0rd}" });
    let mut ids = Vec::new();
    for name in ["Acme", "Other"] {
        let id = create(&app, account(name, &format!("{name}@example.com"))).await;
        if name == "Acme" {
            running.vendor.script("Synchronize", [Turn::DoAndAnswer(200, told.to_string())]);
        }
        synchronized(&app, &id, &vendor, json!({})).await;
        ids.push(id);
    }
    let mut agnes = Colleague::signed_in(&app).await;
    let calls = format!("/service-managers/{vendor}/calls");
    agnes.open(&calls).await.says(&["SyncOptions", "Exists", "Synchronize", "Acme", "Other"]);
    let of_acme = agnes.open(&format!("{calls}?account={}", ids[0])).await;
    of_acme.says(&["Only calls about", "Acme"]);
    of_acme.lacks(&["Other"]);
    let kept = app.api.get(&format!("{calls}?limit=200"), &app.api_key).await.json();
    let call = |operation: &str| {
        let mut items = kept["items"].as_array().unwrap().iter();
        let found = items.rfind(|it| it["operation"] == operation).unwrap();
        format!("{calls}/{}", found["id"].as_str().unwrap())
    };

    let page = agnes.open(&call("Synchronize")).await;
    page.says(&["123 Main Street", "•••", "Synchronize again", "Track ID"]);
    page.lacks(&[MARKETPLACE.1, "P@ssw0rd", "Repeat this call"]);
    let refused = agnes.post(&format!("{}/repeat", call("Synchronize")), &[]).await;
    refused.says(&["This call changes something at the vendor"]);
    let asked = running.vendor.asked("Exists").len();
    let repeated = agnes.post(&format!("{}/repeat", call("Exists")), &[]).await;
    repeated.says(&["The vendor was asked again", "Only calls about"]);
    assert_eq!(running.vendor.asked("Exists").len(), asked + 1);
    agnes.post(&format!("{}/repeat", call("SyncOptions")), &[]).await.says(&["The vendor was asked again"]);
    let again = format!("/marketplace-accounts/{}/synchronize/{vendor}/again", ids[0]);
    agnes.post(&again, &[]).await.says(&["Synchronize with Example Cloud"]);
    app.hub.run_pending().await;
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m12_m13_the_notification_is_previewed_linted_tested_and_saved(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    synchronized(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let path = format!("/service-managers/{vendor}/notification");
    agnes.open(&path).await.says(&[
        "[#Contacts.FullName#]",
        "[#domain#]",
        "[#tenant#]",
        "Jo Example",
        "Made-up account",
        "Acme",
    ]);

    let body = "Hi [#Contacts.FullName#] of [#domain#] in [#tenant#]: [#Password#] [#tennant#] <b>";
    let mut form = vec![
        ("version", "1"),
        ("enabled", "true"),
        ("subject", "Welcome, [#username#]"),
        ("body", body),
        ("account", id.as_str()),
        ("act", "preview"),
    ];
    let preview = agnes.post(&path, &form).await;
    preview.says(&["Welcome, acme@example.com", "Hi Jo Example of acme.example in 4711", "Nothing fills [#tennant#]"]);
    preview.says(&["A password in an e-mail is not safe", "activation link", "••••••••", "<b>"]);
    form[5].1 = "test";
    form.push(("to", "nobody"));
    agnes.post(&path, &form).await.says(&["Your e-mail address: enter the e-mail address", "[#tennant#]"]);
    form[6].1 = "agnes@example.com";
    agnes.post(&path, &form).await.says(&["A test is on its way to agnes@example.com", "not saved yet"]);
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    assert_eq!((mails.len(), mails[0].to[0].as_str()), (1, "agnes@example.com"), "{mails:?}");
    let text = mails[0].text.clone().unwrap();
    assert!(text.contains("Hi Jo Example of acme.example in 4711") && text.contains("••••"), "{text}");
    assert_eq!(mails[0].subject, "Welcome, acme@example.com");

    form[5].1 = "save";
    agnes.post(&path, &form).await.says(&["The e-mail is saved", "Welcome, [#username#]"]);
    let saved = app.api.get(&format!("/service-managers/{vendor}"), &app.api_key).await.json();
    assert_eq!((&saved["notification"]["body"], &saved["version"]), (&json!(body), &json!(2)));
    agnes.post(&path, &form).await.says(&["Someone else has saved this in the meantime", "[#tennant#]"]);
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m07_accounts_are_imported_after_a_trial_run_and_each_line_once(app: TestApp) {
    app.activated(ADA).await;
    let known = create(&app, account("Known", "known@example.com")).await;
    let customers = crate::marketplace_api::customers(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/marketplace-accounts/import").await.says(&["No table was imported yet", "contact_first_name"]);
    let wrong = agnes.post("/marketplace-accounts/import", &[("table", "company\nAcme\n")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&["names no column “name”", "company"]);

    let mut table = "name;email;reseller;city;country_code\n".to_owned();
    table.push_str("Reseller;reseller@example.com;;Ulm;DE\n");
    table.extend((0..60).map(|number| format!("Row {number};row-{number}@example.com;reseller@example.com;Bonn;DE\n")));
    table.extend([format!("Ada Ltd;{};;;\n", ADA.email)]);
    table.push_str("Known Ltd;known@example.com;;;\nTwice;row-1@example.com;;;\n");
    table.push_str("Nobody;nobody;;;\nNo address;;;;\nOrphan;orphan@example.com;gone@example.com;;\n");
    let plan = agnes.post("/marketplace-accounts/import", &[("table", &table)]).await;
    plan.says(&["Nothing has changed yet", "4 lines are refused", "Import 63 accounts"]);
    let path = plan.path.strip_prefix("/console").unwrap().to_owned();
    let refused = agnes.open(&format!("{path}?plan=refused")).await;
    refused.says(&[
        "Line 4 is about the same account",
        "this is not an e-mail address",
        "Enter an e-mail address or an id",
    ]);
    refused.says(&["There is no account gone@example.com"]);
    assert_eq!(crate::marketplace_api::customers(&app).await, customers, "a trial run changes nothing");

    agnes.post(&format!("{path}/start"), &[]).await.says(&["Started", "Running"]);
    agnes.post(&format!("{path}/start"), &[]).await.says(&["This import is running already"]);
    app.hub.run_claimed().await;
    agnes.open(&path).await.says(&["50 of 63 accounts"]);
    app.hub.run_pending().await;
    agnes.open(&path).await.says(&[">Finished<"]);
    assert_eq!(shown(&app, &known).await["name"], "Known Ltd");
    let all = app.api.get("/marketplace-accounts?limit=200", &app.api_key).await.json();
    let all = all["items"].as_array().unwrap();
    assert_eq!(all.len(), 63, "each line once");
    let reseller = all.iter().find(|it| it["name"] == "Reseller").unwrap();
    let below = all.iter().filter(|it| it["reseller_id"] == reseller["id"]).count();
    assert_eq!((below, &reseller["kind"]), (60, &json!("reseller")));
    assert_eq!(crate::marketplace_api::customers(&app).await, customers + 61, "Ada is a customer already");

    let again = agnes.post("/marketplace-accounts/import", &[("table", &table)]).await;
    again.says(&["No line adds or changes an account"]);
    agnes.open("/marketplace-accounts/import").await.says(&["Finished", "Trial run"]);
}

#[testkit::both_databases]
async fn m07_a_stopped_import_creates_no_more_and_a_changed_world_leaves_lines_out(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let row = |number: usize| format!("Row {number},row-{number}@example.com\n");
    let table = format!("name,email\n{}", (0..60).map(row).collect::<String>());
    let plan = agnes.post("/marketplace-accounts/import", &[("table", &table)]).await;
    let path = plan.path.strip_prefix("/console").unwrap().to_owned();
    create(&app, account("Faster", "row-3@example.com")).await;
    agnes.post(&format!("{path}/start"), &[]).await;
    app.hub.run_claimed().await;
    agnes.post(&format!("{path}/end"), &[]).await.says(&["Stopped. Accounts that were imported before stay."]);
    app.hub.run_pending().await;
    let page = agnes.open(&path).await;
    page.says(&["Another account has got this address since the trial run", "Left out"]);
    agnes.open(&format!("{path}?after=52")).await.says(&["Not imported"]);
    let all = app.api.get("/marketplace-accounts?limit=200", &app.api_key).await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 50, "49 of them, and the faster one");
    let discarded = agnes.post("/marketplace-accounts/import", &[("table", "name,email\nX,x@example.com\n")]).await;
    let path = discarded.path.strip_prefix("/console").unwrap().to_owned();
    agnes.post(&format!("{path}/end"), &[]).await.says(&["Discarded. Nothing was changed."]);
}
