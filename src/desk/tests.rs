use super::*;
use crate::desk::deadlines::{Holidays, Policy, due_of};
use crate::desk::views::{Local, View, urgency, view_of};
use crate::marketplaces::testing::{anything, put};
use crate::registry::ALL;
use crate::rules::input::FromInput as _;
use crate::rules::violation::Violations;
use crate::vendor::desk::{Account, State};
use proptest::prelude::*;
use serde_json::{Value, json};

fn raw(parts: &Value) -> Raw {
    Raw::read(Json::read(parts.to_string().as_bytes()).unwrap())
}

/// Parts with some of what each marketplace tells.
fn parts(id: &str) -> Value {
    match id {
        "kaufland" => json!({ "ticket": {
            "id_ticket": "00150000001", "status": "opened", "topic": "fraud", "is_seller_responsible": true,
            "ts_updated_iso": "2026-03-02T10:00:00Z", "storefront": "de",
            "messages": [{ "id_ticket_message": 1, "text": "a", "author": { "role": "buyer", "name": "Kim" },
                "ts_created_iso": "2026-03-02T10:00:00Z" }],
            "order_units": [{ "id_order_unit": 1, "id_order": "M1", "price": 5, "currency": "EUR" }],
        } }),
        "clickbank" => json!({ "ticket": {
            "ticketid": "1", "receipt": "ABCD1234", "status": "OPEN", "type": "REFUND", "source": "CUSTOMER_WAM",
            "comments": [{ "commentId": "1", "date": "2026-03-04T09:10:00-08:00", "commentRole": "CUSTOMER" }],
            "expirationDate": "2026-03-05T09:00:00-08:00", "refundType": "FULL",
        } }),
        "magalu" => json!({
            "ticket": { "id": "t", "type": "cancellation", "status": "waiting_seller",
                "due_date": "2026-02-03T10:00:00",
                "order": { "code": "1", "delivery": { "items": [{ "id": "i", "quantity": "1" }] } } },
            "messages": [{ "id": "m", "message": "x", "sender": { "type": "customer" },
                "created_at": "2026-02-01T10:00:00" }],
            "events": [{ "type": "product_sent" }], "returns": [],
        }),
        "jtl-scx" => json!({ "messages": [{ "id": "e", "type": "T", "event": {
            "channel": "MARKT1", "sellerId": "S77", "ticketId": "T1", "topic": "DELIVERY", "message": "x",
            "from": { "role": "BUYER" }, "createdAt": "2026-03-02T08:15:00+0000",
        } }], "own": [{ "text": "y", "at": 5 }] }),
        _ => json!({
            "ticket": { "id": "CMP-1", "order_id": "W", "reason": "damaged", "products": [{ "id": 1, "amount": 1 }] },
            "events": [{ "status": "open" }],
        }),
    }
}

#[test]
fn every_marketplace_has_its_tickets_and_actions() {
    for marketplace in ALL {
        let raw = raw(&parts(marketplace.id));
        let ticket = ticket_of(marketplace, "shop", &raw, None).unwrap();
        assert_eq!((ticket.marketplace, ticket.key.account.as_str()), (marketplace.id, "shop"));
        assert!(ticket.state != State::Unknown && ticket.kind != Kind::Unknown, "{}", marketplace.id);
        assert_eq!(turn_of(marketplace, &raw, None).unwrap(), ticket.turn);
        let blocked = Account { is_blocked: true, ..Account::default() };
        let matter = Matter { ticket: &ticket, raw: &raw, account: &blocked };
        let choices = actions_of(marketplace, &matter);
        let account = Account::default();
        let offered = actions_of(marketplace, &Matter { account: &account, ..matter });
        let all: Vec<_> = choices.iter().map(|choice| choice.action).collect();
        assert_eq!(all, [&Action::REMOTE[..], &Action::LOCAL].concat(), "{}", marketplace.id);
        for (choice, offered) in choices.into_iter().zip(offered) {
            assert_eq!(choice.why.is_some(), choice.allowed != Allowed::Yes, "{choice:?}");
            // A blocked account sends nothing, and local actions make no call.
            let allowed = if offered.local { offered.allowed } else { Allowed::No };
            assert_eq!(choice.allowed, allowed, "{choice:?}");
            if choice.local || matches!(choice.why, Some(Why::NotOffered | Why::MarketplaceCloses)) {
                let call = call_of(marketplace, &matter, choice.action, &Given::default(), &Settings::default());
                assert_eq!(call, None, "{choice:?}");
            }
        }
    }
}

#[test]
fn drift_is_counted() {
    let mut drift = Drift::default();
    let kaufland = ALL.iter().find(|marketplace| marketplace.id == "kaufland").unwrap();
    for (topic, status) in [("brand_new", "opened"), ("fraud", "paused"), ("brand_new", "paused"), ("fraud", "opened")]
    {
        let whole = json!({ "ticket": { "id_ticket": "1", "topic": topic, "status": status } });
        drift.count(&ticket_of(kaufland, "a", &raw(&whole), None).unwrap());
    }
    let words: Vec<_> = drift.words().collect();
    assert_eq!(words, [("kaufland", "brand_new", 2), ("kaufland", "paused", 2)]);
}

#[test]
fn kinds_are_found_by_the_marketplaces_own_words() {
    let find = |id: &str| ALL.iter().find(|marketplace| marketplace.id == id).unwrap();
    assert_eq!(kind_of(find("kaufland"), &[Some("return_request_label"), Some("product_defect")]), Kind::Return);
    assert_eq!(kind_of(find("kaufland"), &[None, Some("product_defect")]), Kind::Defect);
    assert_eq!(kind_of(find("magalu"), &[None, Some("payment")]), Kind::Payment);
    assert_eq!(kind_of(find("probo"), &[Some("new")]), Kind::Unknown);
}

#[test]
fn a_ticket_is_created_where_there_is_none_yet() {
    let cases = [
        (
            "kaufland",
            Allowed::Maybe,
            "openTicket",
            json!({ "choice": "product_defect", "text": "It does not light up." }),
            json!({ "id_order_unit": [314_567_800_612_i64] }),
        ),
        (
            "clickbank",
            Allowed::Maybe,
            "createTicket",
            json!({ "choice": "tech", "text": "x" }),
            json!({ "receipt": "ABCD1234", "reason": "ticket.type.tech_support.10" }),
        ),
        (
            "magalu",
            Allowed::Maybe,
            "createTicket",
            json!({ "choice": "cancellation" }),
            json!({ "reason": "shipping_delay", "channel": { "id": "c", "alias": "magazineluiza" }, "order": {
                "id": "o", "code": "1281270000000001", "delivery": { "id": "d", "seller": { "id": "s", "name": "Loja" },
                    "items": [{ "id": "i", "sku": "sku-1", "external_sku": "e", "name": "Livro", "description": "d", "image": "https://i.example/1.png", "quantity": 1 }] } } }),
        ),
        (
            "probo",
            Allowed::Yes,
            "createTicket",
            json!({ "choice": "delayed", "text": "x" }),
            json!({ "order_id": "W1", "products": [{ "id": 1, "amount": 1 }] }),
        ),
    ];
    for (id, allowed, operation, given, more) in cases {
        let marketplace = ALL.iter().find(|known| known.id == id).unwrap();
        let (ticket, raw) = (Ticket::new(marketplace.id, "a", "", marketplace.desk.store), Raw::default());
        let account = Account::default();
        let matter = Matter { ticket: &ticket, raw: &raw, account: &account };
        let choices = actions_of(marketplace, &matter);
        let create = choices.iter().find(|choice| choice.action == Action::Create).unwrap();
        assert_eq!(create.allowed, allowed, "{id}");
        assert_ne!(create.why, Some(Why::FulfilledByMarketplace), "{id}");
        let mut whole = given.clone();
        whole["more"] = more.clone();
        let mut violations = Violations::new();
        let whole = Json::read(whole.to_string().as_bytes()).unwrap();
        let given = Given { code: Some("desk-1".into()), ..Given::from_input(whole, "", &mut violations) };
        let call = call_of(marketplace, &matter, Action::Create, &given, &Settings::default()).unwrap().unwrap();
        assert_eq!(call.operation, operation, "{id}");
        if id == "clickbank" {
            // The sale is in the path alone.
            assert_eq!(call.arguments[0].as_str(), Some("ABCD1234"));
            assert_eq!(call.arguments[1].get("receipt"), None);
        }
        // Without the order, something is wrong.
        let bare = Given { more: Vec::new(), ..given };
        let broken = call_of(marketplace, &matter, Action::Create, &bare, &Settings::default()).unwrap();
        assert!(broken.is_err(), "{id}");
    }
}

#[test]
fn files_are_fetched_by_their_ids_and_their_addresses_stay_here() {
    let find = |id: &str| ALL.iter().find(|known| known.id == id).unwrap();
    let secret = "https://files.example/a/1.png?signature=secret";
    let fetched = |id: &str, parts: &Value, message: Option<&str>, file: Option<&str>| {
        let (marketplace, raw) = (find(id), raw(parts));
        let ticket = ticket_of(marketplace, "a", &raw, None).unwrap();
        let files = match message {
            Some(_) => ticket.messages.told().unwrap()[0].files.clone(),
            None => ticket.attached.clone(),
        };
        let told = serde_json::to_string(&files).unwrap();
        let raw_told = without_addresses(marketplace.desk, &raw.write()).to_string();
        assert!(!told.contains("secret") && !raw_told.contains("secret"), "{told} {raw_told}");
        let account = Account::default();
        let matter = Matter { ticket: &ticket, raw: &raw, account: &account };
        let file = file.map_or_else(|| files[0].id.clone().unwrap(), str::to_owned);
        download_of(marketplace, &matter, message, &file)
    };
    let call = |operation, arguments: Value| {
        let arguments = Json::read(arguments.to_string().as_bytes()).unwrap().into_list();
        Download::Call(Call { operation, arguments })
    };

    let mut kaufland = parts("kaufland");
    kaufland["ticket"]["files"] = json!([{ "filename": "1.png", "uri": secret }]);
    let (file, download) = fetched("kaufland", &kaufland, None, None).unwrap();
    assert_eq!((file.name.as_deref(), download), (Some("1.png"), Download::Address(secret.to_owned())));
    // The signature is another one at each read, and the file the same.
    let id = file.id.unwrap();
    kaufland["ticket"]["files"][0]["uri"] = json!("https://files.example/a/1.png?signature=secret2");
    assert!(fetched("kaufland", &kaufland, None, Some(&id)).is_some());
    assert_eq!(fetched("kaufland", &kaufland, None, Some("other")), None);
    assert_eq!(fetched("kaufland", &kaufland, Some("1"), Some(&id)), None);

    let mut magalu = parts("magalu");
    magalu["messages"][0]["attachments"] = json!([{ "id": "f", "file_name": "nf", "file_extension": "pdf" }]);
    let (file, download) = fetched("magalu", &magalu, Some("m"), Some("f")).unwrap();
    assert_eq!(file.name.as_deref(), Some("nf.pdf"));
    assert_eq!(download, call("downloadAttachment", json!(["t", "m", "f"])));

    let mut jtl = parts("jtl-scx");
    jtl["own"] = json!([]);
    jtl["messages"][0]["event"]["attachment"] = json!([{ "filename": "a b.png", "contentType": "image/png" }]);
    let (_, download) = fetched("jtl-scx", &jtl, Some("e"), Some("a b.png")).unwrap();
    let named = json!([{ "channel": "MARKT1", "sellerId": "S77", "ticketId": "T1", "filename": "a b.png" }]);
    assert_eq!(download, call("seller.downloadAttachment", named));
}

proptest! {
    /// Whatever stands in the place of a value, everything that follows from the ticket can still
    /// be asked.
    #[test]
    fn any_parts_are_survived(index in 0usize..5, at in 0usize..30, new in anything(), now in -1e13..1e13) {
        let marketplace = ALL[index];
        let mut parts = parts(marketplace.id);
        put(&mut parts, &mut { at }, &new);
        let raw = raw(&parts);
        let Ok(ticket) = ticket_of(marketplace, "a", &raw, Some(now)) else { return Ok(()) };
        let account = Account::default();
        let matter = Matter { ticket: &ticket, raw: &raw, account: &account };
        prop_assert_eq!(actions_of(marketplace, &matter).len(), 15);
        for action in Action::REMOTE {
            let _ = call_of(marketplace, &matter, action, &Given::default(), &Settings::default());
        }
        let policy = Policy { hours: 24, calendar: Some("de".to_owned()) };
        let due = due_of(marketplace, &ticket, &Holidays::default(), Some(&policy), now);
        prop_assert!(due.as_ref().is_none_or(|due| due.at.is_finite()));
        prop_assert!(View::ALL.contains(&view_of(&ticket, &Local::default(), now)));
        let _ = urgency(&ticket, due.map(|due| due.at));
        prop_assert!(serde_json::to_string(&ticket).is_ok());
        // Reading it again gives the same.
        prop_assert_eq!(ticket_of(marketplace, "a", &Raw::read(raw.write()), Some(now)).unwrap(), ticket);
    }
}
