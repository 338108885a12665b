use super::super::tests::{BASE, accepts, breaks, check, known_by, message, plan, request, settings};
use super::*;
use crate::attachment::Segment;
use crate::marketplaces::testing::{codes, expected, tolerant};
use crate::vendor::Endpoint;
use crate::wire::http::Method;
use crate::wire::json::Json;
use serde_json::{Value, json};

#[test]
fn unknown_fields_are_sent_as_they_came() {
    let message = json!({ "message": "m", "destination": "seller", "code": "ref", "new": [1],
        "owner": { "code": "c", "name": "n", "new": true } });
    let (_, _, body) = request("createMessage", &json!(["t", message]));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), message);
}

#[test]
fn files_can_be_named_without_their_content() {
    let named = json!([{ "file_name": "nf", "file_extension": "pdf", "file_type": "application/pdf", "new": 1 }]);
    let with = |attachments: Value| {
        let mut message = message();
        message["attachments"] = attachments;
        message
    };
    let (line, _, body) = request("createMessage", &json!(["t", with(named.clone())]));
    assert_eq!(line, "POST /seller/v0/tickets/t/messages");
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["attachments"], named);
    for none in [json!(null), json!([])] {
        accepts("createMessage", json!(["t", with(none)]));
    }
    breaks(
        "createMessage",
        json!(["t", with(json!([{ "file_name": " ", "file_type": 5 }, "nf.pdf"]))]),
        &[
            ("attachments[0].file_extension", "required"),
            ("attachments[0].file_type", "wrong_type"),
            ("attachments[1]", "wrong_type"),
            ("attachments[1].file_name", "required"),
            ("attachments[1].file_extension", "required"),
            ("attachments[1].file_type", "required"),
            ("attachments[0].file_name", "required"),
        ],
    );
    let mut both = with(named);
    both["file"] = json!({ "filename": "nota.pdf", "size": 7, "found": "application/pdf" });
    breaks("createMessage", json!(["t", both]), &[("attachments", "not_both")]);
}

#[test]
fn a_message_with_a_file_is_a_form_for_version_1() {
    let message = |file: Value| {
        json!(["t-1", { "message": "veja", "destination": "customer", "code": "ref",
        "owner": { "code": "agent-7", "name": "Maria" }, "new": 5, "file": file }])
    };
    let text = |name: &str, value: &str| {
        format!("--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = [
        text("message", "veja"),
        text("destination", "customer"),
        text("owner_code", "agent-7"),
        text("owner_name", "Maria"),
        text("code", "ref"),
        text("new", "5"),
    ]
    .concat();
    let file = |mime_type: &str| {
        format!(
            "--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"file\"; filename=\"nota.pdf\"\r\n\
            Content-Type: {mime_type}\r\n\r\n"
        )
    };
    let end = "\r\n--seller-tickets-n0nce--\r\n";

    let (plan, body) =
        plan("createMessage", &message(json!({ "filename": "nota.pdf", "size": 7, "found": "application/pdf" })));
    assert_eq!(plan.url, format!("{BASE}/seller/v1/tickets/t-1/messages"));
    assert_eq!((plan.method, plan.endpoint.as_str()), (Method::Post, "createMessage"));
    assert_eq!(plan.headers.get("Content-Type"), Some("multipart/form-data; boundary=seller-tickets-n0nce"));
    let shown: Vec<_> = body
        .unwrap()
        .into_segments()
        .into_iter()
        .map(|segment| match segment {
            Segment::Text(text) => String::from_utf8(text).unwrap(),
            Segment::File { index, size, encoding } => format!("{index}:{size}:{encoding:?}"),
        })
        .collect();
    assert_eq!(shown, [head.clone() + &file("application/pdf"), "0:7:Raw".to_owned(), end.to_owned()]);

    // A prepared file is decoded.
    let prepared = json!({ "filename": "nota.pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" });
    let (_, _, body) = request("createMessage", &message(prepared));
    assert_eq!(body, format!("{head}{}%PDF-1.4\n{end}", file("application/pdf")));

    // In Rust the file is in memory.
    let params = CreateMessageParams {
        ticket_id: "t-1".to_owned(),
        message: "veja".to_owned(),
        destination: Destination::Customer,
        owner: NewOwner { code: "agent-7".to_owned(), name: "Maria".to_owned(), extra: Vec::new() },
        code: Some("ref".to_owned()),
        attachments: None,
        file: Some(Attachment::new("nota.pdf", b"%PDF-1.4\n")),
        extra: vec![("new".to_owned(), Json::Int(5))],
    };
    let (_, body) = crate::vendor::plan::plan(&params, &settings()).unwrap();
    let files: Vec<_> = params.attachments().into_iter().filter_map(Attachment::bytes).collect();
    let mut bytes = Vec::new();
    body.unwrap().write_into(&files, &mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("{head}{}%PDF-1.4\n{end}", file("application/pdf")));
}

#[test]
fn a_message_has_1_to_3000_characters_and_an_owner() {
    let with = |name: &str, value: Value| {
        let mut message = message();
        message[name] = value;
        json!(["t", message])
    };
    for good in ["a", " ", "🎫", &"x".repeat(3000), &"🎫".repeat(3000)] {
        accepts("createMessage", with("message", json!(good)));
    }
    for (bad, code) in [
        (json!(""), "too_short"),
        (json!("x".repeat(3001)), "too_long"),
        (json!("🎫".repeat(3001)), "too_long"),
        (Value::Null, "required"),
        (json!(5), "wrong_type"),
    ] {
        breaks("createMessage", with("message", bad), &[("message", code)]);
    }
    for destination in Destination::VALUES {
        accepts("createMessage", with("destination", json!(destination)));
    }
    breaks("createMessage", with("destination", json!("buyer")), &[("destination", "unknown_value")]);
    breaks("createMessage", with("destination", Value::Null), &[("destination", "required")]);
    breaks("createMessage", with("owner", Value::Null), &[("owner.code", "required"), ("owner.name", "required")]);
    breaks("createMessage", with("owner", json!({ "code": "", "name": "x" })), &[("owner.code", "required")]);
    accepts("createMessage", with("new", json!([1])));
}

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
    let mut message = message();
    message["file"] = file.clone();
    codes(check(settings, "createMessage", &json!(["t", message])))
}

#[test]
fn a_file_is_a_jpg_png_or_pdf_of_25_mb() {
    let held =
        |declared: Value, found: Value| json!({ "filename": "f", "size": 9, "mime_type": declared, "found": found });
    for mime_type in AttachmentType::VALUES {
        for declared in [json!(mime_type), Value::Null] {
            assert_eq!(file_breaks(&Settings::default(), &held(declared, json!(mime_type))), []);
        }
    }
    for (declared, found, list) in [
        (json!("image/gif"), json!("image/gif"), &[("file.mime_type", "mime_type_not_allowed")][..]),
        (Value::Null, json!("image/gif"), &[("file", "file_type_not_allowed")]),
        (json!("image/png"), json!("image/gif"), &[("file", "file_type_not_allowed")]),
        (json!("image/png"), json!("image/jpeg"), &[("file.mime_type", "mime_type_mismatch")]),
        (json!("image/png"), Value::Null, &[("file", "unknown_file_type")]),
        (Value::Null, Value::Null, &[("file", "unknown_file_type")]),
    ] {
        let file = held(declared, found);
        assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
    }
    // The content of other types cannot be checked; a file that is declared as one of the three
    // can.
    assert_eq!(file_breaks(&tolerant(), &held(json!("image/gif"), json!("image/gif"))), []);
    assert_eq!(file_breaks(&tolerant(), &held(Value::Null, json!("image/gif"))), []);
    assert_eq!(
        file_breaks(&tolerant(), &held(json!("image/png"), json!("image/gif"))),
        expected(&[("file", "file_type_not_allowed")])
    );

    const MB25: u64 = 25 * 1024 * 1024;
    for (size, list) in [(1, &[][..]), (MB25, &[]), (MB25 + 1, &[("file", "file_too_large")])] {
        let file = json!({ "filename": "f.pdf", "size": size, "found": "application/pdf" });
        assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{size}");
    }
    let empty = json!({ "filename": "f.pdf", "size": 0, "found": null });
    assert_eq!(file_breaks(&Settings::default(), &empty), expected(&[("file", "empty_file")]));
    // The size of a stream is unknown until it is read.
    assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
}

#[test]
fn a_guess_is_a_hint_and_a_name_is_a_statement() {
    let held = |filename: &str, hint: &str, found: &str| json!({ "filename": filename, "size": 9, "hint": hint, "found": found });
    for file in [
        held("f", "image/jpg", "image/jpeg"),
        held("f.jpg", "image/pjpeg", "image/jpeg"),
        held("f.pdf", "image/png", "application/pdf"),
        json!({ "filename": "f", "size": 9, "mime_type": "Image/JPEG", "found": "image/jpeg" }),
    ] {
        assert_eq!(file_breaks(&Settings::default(), &file), [], "{file}");
        let mut message = message();
        message["file"] = file.clone();
        let (_, body) = plan("createMessage", &json!(["1", message]));
        let segments = body.unwrap().into_segments();
        let Some(Segment::Text(head)) = segments.first() else { panic!("no text before the file") };
        let line = format!("Content-Type: {}\r\n", file["found"].as_str().unwrap());
        assert!(String::from_utf8_lossy(head).contains(&line), "{file}");
    }
    let lies = [("file.filename", "filename_mismatch")];
    let file = held("f.png", "image/png", "application/pdf");
    assert_eq!(file_breaks(&Settings::default(), &file), expected(&lies));
}

#[test]
fn a_list_of_one_file_is_that_file() {
    let file = json!({ "filename": "f.pdf", "size": 9, "found": "application/pdf" });
    assert_eq!(file_breaks(&Settings::default(), &json!([file])), []);
    let two = file_breaks(&Settings::default(), &json!([file, file]));
    assert_eq!(two.first(), expected(&[("file", "wrong_type")]).first());
    assert_eq!(file_breaks(&Settings::default(), &json!([])).first(), expected(&[("file", "wrong_type")]).first());
}

#[test]
fn a_prepared_file_is_what_it_says() {
    let url =
        |mime_type: &str, data: &str| json!({ "filename": "f", "data": format!("data:{mime_type};base64,{data}") });
    for (file, list) in [
        (url("image/png", PNG), &[][..]),
        (url("image/jpeg", PNG), &[("file.mime_type", "mime_type_mismatch")]),
        (url("image/png", "aGVsbG8="), &[("file", "file_type_not_allowed")]),
        // Only a declared type is the value of a field; here the content decides.
        (url("image/gif", "R0lGODlhAQABAAAAACw="), &[("file", "file_type_not_allowed")]),
        (url("application/octet-stream", PNG), &[("file.mime_type", "mime_type_mismatch")]),
        (url("image/png", ""), &[("file", "empty_file")]),
        (url("image/png", "x"), &[("file.data", "base64_padding")]),
        (json!({ "filename": "f", "data": PNG }), &[("file.data", "data_url_scheme")]),
        (json!({ "filename": "f" }), &[("file.data", "required")]),
        (json!({ "filename": "", "size": 1, "found": "image/png" }), &[("file.filename", "required")]),
        (json!({ "filename": "a/b", "size": 1, "found": "image/png" }), &[("file.filename", "invalid_filename")]),
        (json!({ "filename": "a\nb", "size": 1, "found": "image/png" }), &[("file.filename", "invalid_filename")]),
    ] {
        let found = file_breaks(&Settings::default(), &file);
        assert_eq!(found.into_iter().take(list.len().max(1)).collect::<Vec<_>>(), expected(list), "{file}");
    }
    // A form cannot carry objects.
    let mut message = message();
    message["file"] = url("image/png", PNG);
    message["new"] = json!({ "a": 1 });
    breaks("createMessage", json!(["t", message]), &[("new", "wrong_type")]);
    let params = CreateMessageParams {
        ticket_id: "t".to_owned(),
        message: "m".to_owned(),
        destination: Destination::Customer,
        owner: NewOwner { code: "c".to_owned(), name: "n".to_owned(), extra: Vec::new() },
        file: Some(Attachment::new("f.txt", b"just text")),
        ..CreateMessageParams::default()
    };
    let mut violations = Violations::new();
    params.check(&Settings::default(), &mut violations);
    assert_eq!(codes(violations.into_vec()), expected(&[("file", "file_type_not_allowed")]));
}

#[test]
fn a_message_that_is_there_is_known_by_its_code_or_its_words() {
    let owner = json!({ "code": "a", "name": "n" });
    let message = json!(["k-1", { "message": "Hello you", "destination": "customer", "owner": owner }]);
    let coded = json!(["k-1", { "message": "Hello you", "destination": "customer", "owner": owner, "code": "r-1" }]);
    let said = |kind: &str, text: &str, code: &str| json!({ "id": "m-2", "message": text, "code": code, "sender": { "type": kind } });
    for (args, new, expected) in [
        (&message, said("seller", "Hello\nyou", ""), 'f'),
        (&message, said("customer", "Hello you", ""), 'a'),
        (&message, said("seller", "Hello ***", ""), 'u'),
        (&coded, said("seller", "Hello ***", "r-1"), 'f'),
        // Another code, or none.
        (&coded, said("seller", "Hello you", "r-2"), 'a'),
        (&coded, said("seller", "Hello you", ""), 'u'),
        (&message, said("seller", "Hello you", "r-2"), 'u'),
        // Magalu may show the seller's message as another's; other words are another's.
        (&message, said("magalu", "Hello you", ""), 'u'),
        (&message, said("", "Hello you", ""), 'u'),
        (&message, said("marketplace", "Hello ***", ""), 'u'),
        (&message, said("magalu", "Other words", ""), 'a'),
    ] {
        known_by("createMessage", args, &new, expected);
    }
}
