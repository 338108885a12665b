//! Rules that tickets and mixed complaints share. Each names its source: *guide* is the vendor's
//! page on tickets, *files* is its page on serving files, and *ours* marks a rule that neither
//! states but that valid input cannot break.

use super::create_ticket::ComplaintFile;
use super::model::{ComplaintReason, ComplaintSolution};
use crate::rules::input::join;
use crate::rules::rule::{Pattern, Rule, Ruled};
use crate::rules::settings::{FilesPer, Settings};
use crate::rules::violation::{EMPTY, Violations};
use crate::rules::words::{Cut, Label, Text, words};
use crate::wire::address::web_url_problem;

/// Text with at least one character that is no blank by any definition.
const NOT_BLANK: &str = "[!-~]";

/// *Guide*: the field is required.
pub(super) const ORDER_ID: Rule = Rule::Like {
    pattern: Pattern::new(NOT_BLANK),
    check: |violations, _, field, text| {
        not_blank(violations, field, text, "give your own id of the order, as you gave it to Probo");
    },
};
/// *Guide*: the field is required.
pub(super) const TICKET_ID: Rule = Rule::Like {
    pattern: Pattern::new(NOT_BLANK),
    check: |violations, _, field, text| {
        not_blank(violations, field, text, "give an id that no other ticket of yours has");
    },
};
/// *Guide*: the field is required. A number is as valid as a text.
pub(super) const PRODUCT_ID: Rule = Rule::Like {
    pattern: Pattern::new(NOT_BLANK),
    check: |violations, _, field, text| {
        let hint = "give the product's id: from `order/status`, or your own if you gave one with the order";
        not_blank(violations, field, text, hint);
    },
};
/// *Guide*: "the possible reasons […] are fixed values".
pub(super) const REASON: Rule = Rule::OneOf(ComplaintReason::VALUES);
/// *Guide*: "the possible […] solutions are fixed values".
pub(super) const SOLUTION: Rule = Rule::OneOf(ComplaintSolution::VALUES);
/// *Ours*: at least one piece.
pub(super) const AMOUNT: Rule = Rule::Integer { min: 1, max: i64::MAX };
/// [`check_files`] decides when files are required.
pub(super) const FILES: Rule = Rule::each(&Rule::Object(ComplaintFile::TABLE));
/// *Guide*: the address is that of a person in your company. This rule cannot tell a customer's
/// address.
pub(super) const CONTACT_EMAIL: Rule = Rule::Like {
    pattern: Pattern::new(r"^\w{1,64}@(?:[a-z0-9]{1,50}\.){1,3}[a-z]{2,10}$"),
    check: |violations, _, field, email| {
        if !is_plausible_email(email) {
            let words = words!(
                "invalid_email",
                ["value"],
                "`{field}` is `{value}`, not one e-mail address",
                "give one address of your own company, such as support@shop.example, or leave it out",
            );
            violations.add(field, words, (Cut(email),));
        }
    },
};
/// *Guide*: "must be full URL". *Files*: it must be public. *Ours*: it is written as it will be
/// fetched.
pub(super) const URI: Rule = Rule::Like {
    pattern: Pattern::new(r"^https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:[/?#][\w./?#&=%~-]*)?$"),
    check: |violations, _, field, uri| {
        if let Some(problem) = web_url_problem(uri) {
            let words = words!(
                "invalid_url",
                ["value", "_problem"],
                "`{field}` {_problem}",
                "give the whole https address of a picture that everyone can open; upload it somewhere first",
            );
            // The part after `?` may contain a signature.
            let shown = uri.split(['?', '#']).next().unwrap_or_default();
            violations.add(field, words, (Cut(shown), Text(problem)));
        }
    },
};

/// *Guide*: seven reasons need files. It does not say whether for the ticket or for every product.
/// Files belong to a product, so by default each product needs one; a picture that shows several
/// products may be listed with each. `products` are those of one ticket, by their fields.
pub(super) fn check_files(
    products: &[(String, Option<&[ComplaintFile]>)],
    reason: &ComplaintReason,
    settings: &Settings,
    violations: &mut Violations,
) {
    let without = || products.iter().filter(|(_, files)| files.is_none_or(<[_]>::is_empty));
    let (most, hint) = match settings.files_per {
        FilesPer::Product => (usize::MAX, "give the address of at least one picture with every product"),
        FilesPer::Ticket if products.iter().any(|(_, files)| files.is_some_and(|files| !files.is_empty())) => return,
        FilesPer::Ticket => (1, "give the address of at least one picture with one of the products"),
    };
    for (field, _) in without().take(most).filter(|_| reason.needs_files()) {
        let words = words!(
            "files_required",
            ["reason", "_hint"],
            "`{field}` is empty, but the reason `{reason}` needs files",
            "{_hint}",
        );
        violations.add(&join(field, "files"), words, (Label(reason.as_str()), Text(hint)));
    }
}

fn not_blank(violations: &mut Violations, field: &str, text: &str, hint: &'static str) {
    if text.trim().is_empty() {
        violations.add(field, EMPTY, (Text(hint),));
    }
}

/// *Ours*: the parts that every email address has. Only an email can show whether it exists.
fn is_plausible_email(email: &str) -> bool {
    let Some((name, domain)) = email.split_once('@') else { return false };
    let is_clean =
        |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '(' | ')' | '"'));
    let has_no_odd_dots = |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty());
    email.len() <= 254
        && email.chars().filter(|c| !is_clean(*c)).count() == 1
        && has_no_odd_dots(name)
        && has_no_odd_dots(domain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks, check, with};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn files_are_absolute_addresses() {
        let uri = |uri: Value| with("/products/0/files", json!([{ "uri": uri }]));
        for fine in [
            "https://cdn.shop.example/c/2041-1.jpg",
            "http://cdn.shop.example/1.jpg",
            "HTTPS://cdn.shop.example",
            "https://cdn.shop.example./1.jpg",
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
            "https://a.example../1.jpg",
            "https://./1.jpg",
            "https://:443/1.jpg",
            "https://a.example:port/1.jpg",
            "https://a.example:65536/1.jpg",
            "https://[2001:db8::1]:x/1.jpg",
            "https://[2001:db8::1]x/1.jpg",
            "https://[2001:db8::1/1.jpg",
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
        // The content of a file is not accepted here.
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
            let _ = web_url_problem(&text);
            let _ = is_plausible_email(&text);
        }
    }
}
