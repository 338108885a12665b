//! What Probo accepts. Each rule names where it comes from: *guide* is the vendor's page on tickets, *files* its page on
//! serving files, *ours* what neither says but nobody can want.

use super::endpoints::{Complaint, ComplaintFile, ProductId};
use super::model::{ComplaintReason, ComplaintSolution};
use crate::rules::input::{at, join};
use crate::rules::rule::check_value;
use crate::rules::settings::Settings;
use crate::rules::violation::Figure::{Cut, Number, Text};
use crate::rules::violation::{EMPTY, NO_ITEMS, Violations, check_range, words};

pub(super) fn create_ticket(complaint: &Complaint, settings: &Settings, violations: &mut Violations) {
    head(&complaint.order_id, &complaint.id, complaint.contact_email.as_deref(), violations);
    reason("reason", &complaint.reason, settings, violations);
    solution("suggested_solution", &complaint.suggested_solution, settings, violations);
    any_product(complaint.products.len(), violations);
    for (index, item) in complaint.products.iter().enumerate() {
        let files = item.files.as_deref().unwrap_or_default();
        product(&at("products", index), &item.id, item.amount, files, &complaint.reason, violations);
    }
}

/// *Guide*: the two ids are required, and the address is a colleague's. That it is not the customer's nobody can see.
pub(super) fn head(order_id: &str, id: &str, contact_email: Option<&str>, violations: &mut Violations) {
    not_blank("order_id", order_id, "give your own id of the order, as you gave it to Probo", violations);
    not_blank("id", id, "give an id that no other ticket of yours has", violations);
    if let Some(email) = contact_email
        && !is_plausible_email(email)
    {
        let words = words!(
            "invalid_email",
            ["value"],
            "`{field}` is `{value}`, not one e-mail address",
            "give one address of your own company, such as support@shop.example, or leave it out",
        );
        violations.add("contact_email", words, [Cut(email)]);
    }
}

/// *Guide*: "the possible reasons […] are fixed values".
pub(super) fn reason(field: &str, reason: &ComplaintReason, settings: &Settings, violations: &mut Violations) {
    check_value(violations, settings, field, reason.as_str(), ComplaintReason::VALUES);
}

/// *Guide*: "the possible […] solutions are fixed values".
pub(super) fn solution(field: &str, solution: &ComplaintSolution, settings: &Settings, violations: &mut Violations) {
    check_value(violations, settings, field, solution.as_str(), ComplaintSolution::VALUES);
}

/// *Guide*: "Tickets are created based on product ID's".
pub(super) fn any_product(count: usize, violations: &mut Violations) {
    if count == 0 {
        violations.add("products", NO_ITEMS, [Number(1), Number(0), Text("give at least one product of the order")]);
    }
}

/// *Guide*: seven reasons need files, which stand with a product; so each product has one. One picture that shows several
/// products may be named with each.
pub(super) fn product(
    field: &str,
    id: &ProductId,
    amount: i64,
    files: &[ComplaintFile],
    reason: &ComplaintReason,
    violations: &mut Violations,
) {
    if let ProductId::Text(id) = id {
        let hint = "give the product's id: from `order/status`, or your own if you gave one with the order";
        not_blank(&join(field, "id"), id, hint, violations);
    }
    check_range(violations, &join(field, "amount"), amount, 1, i64::MAX);
    if files.is_empty() && reason.needs_files() {
        let words = words!(
            "files_required",
            ["reason"],
            "`{field}` is empty, but the reason `{reason}` needs files",
            "give the address of at least one picture with every product",
        );
        violations.add(&join(field, "files"), words, [Text(reason.as_str())]);
    }
    for (index, file) in files.iter().enumerate() {
        let field = join(&at(&join(field, "files"), index), "uri");
        if let Some(problem) = uri_problem(&file.uri) {
            let words = words!(
                "invalid_url",
                ["value", "_problem"],
                "`{field}` {_problem}",
                "give the whole https address of a picture that everyone can open; upload it somewhere first",
            );
            // What comes behind `?` may be a signature.
            let shown = file.uri.split(['?', '#']).next().unwrap_or_default();
            violations.add(&field, words, [Cut(shown), Text(problem)]);
        }
    }
}

fn not_blank(field: &str, text: &str, hint: &str, violations: &mut Violations) {
    if text.trim().is_empty() {
        violations.add(field, EMPTY, [Text(hint)]);
    }
}

/// *Guide*: "must be full URL". *Files*: open to everyone. *Ours*: spelled as it will be fetched.
fn uri_problem(uri: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Some("is not an absolute URL");
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Some("is neither https nor http");
    }
    if !uri.bytes().all(|b| b.is_ascii_graphic()) || uri.contains(['\\', '"', '<', '>', '^', '`', '{', '|', '}']) {
        return Some("holds a character that URLs encode");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains("@") {
        return Some("holds credentials");
    }
    // An address in brackets has colons of its own.
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || host.starts_with('.') || host.contains("..") {
        return Some("has no host");
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some("has a port that is no number");
    }
    None
}

/// *Ours*: what every mail address has. Whether it exists only a mail can tell.
fn is_plausible_email(email: &str) -> bool {
    let Some((name, domain)) = email.split_once('@') else { return false };
    let is_clean =
        |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '(' | ')' | '"'));
    let has_no_odd_dots = |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty());
    email.len() <= 254
        && email.chars().filter(|c| !is_clean(*c)).count() == 1
        && has_no_odd_dots(name)
        && has_no_odd_dots(domain)
        && domain.contains(".")
        && domain.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::super::PROBO;
    use super::*;
    use crate::marketplaces::testing::{self, tolerant};
    use crate::rules::violation::Violation;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(settings: &Settings, complaint: &Value) -> Vec<Violation> {
        testing::check(&PROBO, settings, "createTicket", &json!([complaint]))
    }

    fn good() -> Value {
        json!({
            "order_id": "WEB-2041", "id": "CMP-1", "reason": "missing", "suggested_solution": "rework",
            "products": [{ "id": 778_231, "amount": 1 }],
        })
    }

    /// A good complaint but for one place.
    fn with(pointer: &str, value: Value) -> Value {
        let mut complaint = good();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        complaint.pointer_mut(parent).unwrap()[name] = value;
        complaint
    }

    fn broken(settings: &Settings, complaint: &Value) -> Vec<(String, String)> {
        check(settings, complaint).into_iter().map(|violation| (violation.field, violation.code)).collect()
    }

    #[track_caller]
    fn accepts(complaint: &Value) {
        assert_eq!(broken(&Settings::default(), complaint), [], "{complaint}");
    }

    #[track_caller]
    fn breaks(complaint: &Value, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!(broken(&Settings::default(), complaint), expected, "{complaint}");
    }

    #[test]
    fn what_is_required_must_be_there() {
        accepts(&good());
        breaks(
            &json!({}),
            &[
                ("order_id", "required"),
                ("id", "required"),
                ("reason", "required"),
                ("suggested_solution", "required"),
                ("products", "required"),
            ],
        );
        breaks(
            &json!("CMP-1"),
            &[
                ("", "wrong_type"),
                ("order_id", "required"),
                ("id", "required"),
                ("reason", "required"),
                ("suggested_solution", "required"),
                ("products", "required"),
            ],
        );
        for name in ["order_id", "id"] {
            let pointer = format!("/{name}");
            for bad in [json!(null), json!(""), json!("  "), json!("\n")] {
                breaks(&with(&pointer, bad), &[(name, "required")]);
            }
            breaks(&with(&pointer, json!(2041)), &[(name, "wrong_type")]);
            for fine in ["1", "0001", "ä/🎫 1"] {
                accepts(&with(&pointer, json!(fine)));
            }
        }
        for fine in [json!(null), json!(""), json!("torn\nleft"), json!("x".repeat(100_000))] {
            accepts(&with("/description", fine));
        }
        breaks(&with("/description", json!(["torn"])), &[("description", "wrong_type")]);
    }

    #[test]
    fn values_are_the_documented_ones() {
        let pictured = json!([{ "id": 1, "amount": 1, "files": [{ "uri": "https://a.example/1.jpg" }] }]);
        for reason in ComplaintReason::VALUES {
            let mut complaint = with("/reason", json!(reason));
            complaint["products"] = pictured.clone();
            accepts(&complaint);
        }
        for solution in ComplaintSolution::VALUES {
            accepts(&with("/suggested_solution", json!(solution)));
        }
        for name in ["reason", "suggested_solution"] {
            let pointer = format!("/{name}");
            for bad in ["Missing", "missing ", "open", "new-value"] {
                breaks(&with(&pointer, json!(bad)), &[(name, "unknown_value")]);
                assert_eq!(broken(&tolerant(), &with(&pointer, json!(bad))), [], "{bad}");
            }
            breaks(&with(&pointer, json!("")), &[(name, "unknown_value")]);
            assert_eq!(broken(&tolerant(), &with(&pointer, json!(""))).len(), 1);
            breaks(&with(&pointer, json!(1)), &[(name, "wrong_type")]);
        }
    }

    #[test]
    fn seven_reasons_need_files_with_every_product() {
        for reason in ComplaintReason::VALUES {
            let needs =
                ["damaged", "cutting-milling-inadequate", "color", "dimensions", "other", "print-quality", "dirty"]
                    .contains(reason);
            for none in [json!(null), json!([])] {
                let mut complaint = with("/reason", json!(reason));
                complaint["products"] = json!([
                    { "id": 1, "amount": 1, "files": [{ "uri": "https://a.example/1.jpg" }] },
                    { "id": 2, "amount": 1, "files": none },
                ]);
                breaks(&complaint, if needs { &[("products[1].files", "files_required")] } else { &[] });
            }
        }
    }

    #[test]
    fn products_have_an_id_and_an_amount() {
        for bad in [json!(null), json!({}), json!("778231")] {
            let code = if bad.is_null() { "required" } else { "wrong_type" };
            breaks(&with("/products", bad), &[("products", code)]);
        }
        breaks(&with("/products", json!([])), &[("products", "too_short")]);
        breaks(
            &with("/products", json!([5])),
            &[("products[0]", "wrong_type"), ("products[0].id", "required"), ("products[0].amount", "required")],
        );
        let id = |id: Value| with("/products/0/id", id);
        for fine in [json!(1), json!(0), json!(-1), json!(i64::MAX), json!("1"), json!("own-7")] {
            accepts(&id(fine));
        }
        for (bad, code) in [
            (json!(null), "required"),
            (json!(""), "required"),
            (json!(" "), "required"),
            (json!(1.5), "not_an_integer"),
            (json!(18_446_744_073_709_551_615_u64), "not_an_integer"),
            (json!([1]), "wrong_type"),
            (json!(true), "wrong_type"),
        ] {
            breaks(&id(bad), &[("products[0].id", code)]);
        }
        let amount = |amount: Value| with("/products/0/amount", amount);
        for fine in [json!(1), json!(2), json!(i64::MAX)] {
            accepts(&amount(fine));
        }
        for (bad, code) in [
            (json!(null), "required"),
            (json!(0), "out_of_range"),
            (json!(-1), "out_of_range"),
            (json!(1.5), "not_an_integer"),
            (json!("1"), "wrong_type"),
        ] {
            breaks(&amount(bad), &[("products[0].amount", code)]);
        }
        // The same product twice, with pictures of its own each time, is no slip.
        let one = json!({ "id": 1, "amount": 1 });
        accepts(&with("/products", json!([one, one])));
        breaks(
            &with("/products", json!([one, { "id": 1, "amount": 0 }, { "amount": 1 }])),
            &[("products[2].id", "required"), ("products[1].amount", "out_of_range")],
        );
    }

    #[test]
    fn files_are_absolute_addresses() {
        let uri = |uri: Value| with("/products/0/files", json!([{ "uri": uri }]));
        for fine in [
            "https://cdn.shop.example/c/2041-1.jpg",
            "http://cdn.shop.example/1.jpg",
            "HTTPS://cdn.shop.example",
            "https://cdn.shop.example:8443/a%20b.jpg?X-Signature=a%2Fb&x=@#top",
            "https://xn--bcher-kva.example/1.jpg",
            "https://[2001:db8::1]/1.jpg",
            "https://[2001:db8::1]:8443/1.jpg",
            "http://127.0.0.1:8787/uploads/1.jpg",
        ] {
            accepts(&uri(json!(fine)));
        }
        for bad in [
            "",
            "cdn.shop.example/1.jpg",
            "/uploads/1.jpg",
            "//cdn.shop.example/1.jpg",
            "https:/cdn.shop.example/1.jpg",
            "https://",
            "https:///1.jpg",
            "https://?x",
            "https://.example/1.jpg",
            "https://a..example/1.jpg",
            "https://:443/1.jpg",
            "https://a.example:port/1.jpg",
            "https://a.example:65536/1.jpg",
            "https://[2001:db8::1]:x/1.jpg",
            "ftp://a.example/1.jpg",
            "file:///tmp/1.jpg",
            "data:image/png;base64,AAAA",
            "blob:https://a.example/1",
            "https://a.example/a b.jpg",
            "https://a.example/a\n.jpg",
            "https://a.example/ä.jpg",
            "https://a.example\\1.jpg",
            "https://me:word@a.example/1.jpg",
            " https://a.example/1.jpg",
        ] {
            breaks(&uri(json!(bad)), &[("products[0].files[0].uri", "invalid_url")]);
        }
        breaks(&uri(json!(null)), &[("products[0].files[0].uri", "required")]);
        breaks(&uri(json!(["https://a.example"])), &[("products[0].files[0].uri", "wrong_type")]);
        breaks(&with("/products/0/files", json!({})), &[("products[0].files", "wrong_type")]);
        breaks(
            &with("/products/0/files", json!([{ "uri": "https://a.example/1" }, { "url": "https://a.example/1" }])),
            &[("products[0].files[1].uri", "required")],
        );
        // A file's content has no place here.
        breaks(
            &with("/products/0/files", json!([{ "filename": "a.png", "size": 9, "found": "image/png" }])),
            &[("products[0].files[0].uri", "required")],
        );
    }

    #[test]
    fn a_signature_in_an_address_is_not_repeated() {
        let complaint = with("/products/0/files", json!([{ "uri": "https://a.example/ä?X-Signature=top" }]));
        let shown = serde_json::to_string(&check(&Settings::default(), &complaint)).unwrap();
        assert!(shown.contains("a.example") && !shown.contains("top"), "{shown}");
    }

    #[test]
    fn the_contact_is_one_plausible_address() {
        let email = |email: &str| with("/contact_email", json!(email));
        let long = |length: usize| format!("{}@shop.example", "x".repeat(length - 13));
        for fine in ["support@shop.example", "a.b+c'd@x-y.example", "ä@bücher.example", "x@a.b", &long(254)] {
            accepts(&email(fine));
        }
        accepts(&with("/contact_email", json!(null)));
        for bad in [
            "",
            "@",
            "support",
            "support@",
            "@shop.example",
            "support@shop",
            "a@b@shop.example",
            "support@shop.example ",
            "sup port@shop.example",
            "support@shop.example\n",
            "support@.example",
            "support@shop.",
            "support@shop..example",
            ".support@shop.example",
            "sup..port@shop.example",
            "support@-shop.example",
            "a@shop.example,b@shop.example",
            "Support <support@shop.example>",
            &long(255),
        ] {
            breaks(&email(bad), &[("contact_email", "invalid_email")]);
        }
        breaks(&with("/contact_email", json!(5)), &[("contact_email", "wrong_type")]);
    }

    #[test]
    fn every_violation_tells_what_and_what_to_do() {
        let all = json!({
            "order_id": " ", "id": "", "reason": "damaged", "suggested_solution": "x", "contact_email": "x",
            "products": [
                { "id": "", "amount": 0 },
                { "id": 1.5, "amount": 1.5, "files": [{ "uri": "x" }, { "uri": "ftp://x" }, { "uri": "https://ä" },
                    { "uri": "https://a@b" }, { "uri": "https://" }, { "uri": "https://a:b" }, {}] },
            ],
        });
        let list = check(&Settings::default(), &all);
        assert_eq!(list.len(), 16);
        for Violation { field, code, message, hint, .. } in list {
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
            assert!(message.starts_with('`') && message.contains(&field) && !message.ends_with('.'), "{message}");
            assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
        }
    }

    proptest! {
        #[test]
        fn an_address_with_one_at_sign_is_needed(text in "[a-z.@ ]{0,12}") {
            if is_plausible_email(&text) {
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert!(!text.contains(' ') && !text.contains("..") && !text.ends_with('.'));
            }
        }

        #[test]
        fn any_text_is_judged(text in "\\PC{0,30}|https?://\\PC{0,20}") {
            let _ = uri_problem(&text);
            let _ = is_plausible_email(&text);
        }
    }
}
