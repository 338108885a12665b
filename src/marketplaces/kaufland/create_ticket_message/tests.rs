use super::super::KAUFLAND;
use super::super::tests::{PNG, accepts, answer, breaks, check, plan_with, text, with_messages};
use super::*;
use crate::attachment::{Content, Found, Segment, mime_type_from_filename};
use crate::marketplaces::testing::{codes, expected, found_by, tolerant};
use crate::vendor::plan::plan;
use crate::vendor::{Endpoint, Shape};
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn a_message_is_sent_with_these_bytes() {
    for (message, expected) in [
        (json!({ "text": "a\n" }), r#"{"text":"a\n"}"#),
        (json!({ "text": "a", "interim_notice": true }), r#"{"text":"a","interim_notice":true}"#),
        (json!({ "text": "a", "interim_notice": false }), r#"{"text":"a","interim_notice":false}"#),
        (json!({ "text": "a", "ticket_message_files": [] }), r#"{"text":"a"}"#),
        (
            json!({ "text": "a", "interim_notice": true, "ticket_message_files": [
                { "filename": "la\"bel.pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" },
                { "filename": "b.pdf", "mime_type": "application/pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" },
            ] }),
            r#"{"text":"a","interim_notice":true,"ticket_message_files":[{"filename":"la\"bel.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,JVBERi0xLjQK"},{"filename":"b.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,JVBERi0xLjQK"}]}"#,
        ),
    ] {
        assert_eq!(text("createTicketMessage", &json!(["1", message])), expected);
    }
}

#[test]
fn held_files_leave_their_place_in_the_body() {
    let (_, body) = plan_with(
        &Settings::default(),
        "createTicketMessage",
        &json!(["1", { "text": "a", "ticket_message_files": [
            { "filename": "a.png", "size": 3, "found": "image/png" },
            { "filename": "b.txt", "mime_type": "text/plain", "data": "data:text/plain;base64,aGVsbG8=" },
            { "filename": "c.pdf", "size": 4, "mime_type": "application/pdf" },
        ] }]),
    );
    let segments = body.unwrap().into_segments();
    let shown: Vec<_> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => String::from_utf8(text.clone()).unwrap(),
            Segment::File { index, size, .. } => format!("{index}:{size}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"{"text":"a","ticket_message_files":[{"filename":"a.png","mime_type":"image/png","data":"data:image/png;base64,"#,
            "0:3",
            r#""},{"filename":"b.txt","mime_type":"text/plain","data":"data:text/plain;base64,aGVsbG8="},{"filename":"c.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,"#,
            "1:4",
            r#""}]}"#,
        ]
    );
}

#[test]
fn a_type_that_nobody_declared_is_the_found_one() {
    let held = |mime_type: Option<&str>, found| Attachment {
        filename: "letter.doc".to_owned(),
        mime_type: mime_type.map(str::to_owned),
        content: Content::Held { size: 1, found, hint: None },
    };
    let sent = |file| {
        let params = CreateTicketMessageParams { ticket_message_files: Some(vec![file]), ..Default::default() };
        let segments = params.parts(&Settings::default()).body.unwrap().into_segments();
        match segments.first() {
            Some(Segment::Text(text)) => String::from_utf8(text.clone()).unwrap(),
            _ => String::new(),
        }
    };
    let pdf = Some(Found::Type("application/pdf".to_owned()));
    assert!(sent(held(None, pdf.clone())).contains(r#""mime_type":"application/pdf","data":"data:application/pdf;"#));
    assert!(sent(held(Some("image/png"), pdf)).contains(r#""mime_type":"image/png","data":"data:image/png;"#));
    assert!(sent(held(None, None)).contains(r#""mime_type":"application/msword""#));
}

proptest! {
    /// The body is JSON with exactly the attached content, whatever that is.
    #[test]
    fn bodies_are_what_was_given(
        text in "\\PC{1,40}",
        interim in proptest::option::of(any::<bool>()),
        files in proptest::collection::vec(("[^/\\\\\\p{C}]{1,9}", proptest::collection::vec(any::<u8>(), 0..60), any::<bool>()), 0..4),
    ) {
        // A name of another type's would be refused.
        let fits = |name: &str| mime_type_from_filename(name).is_none_or(|kind| kind == "application/pdf");
        prop_assume!(files.iter().all(|(name, ..)| fits(&format!("f{name}"))));
        let contents: Vec<_> = files.iter().map(|(_, content, _)| [b"%PDF-1.4\n", content.as_slice()].concat()).collect();
        let attachments: Vec<_> = files.iter().zip(&contents).map(|((name, _, prepared), content)| {
            let name = format!("f{name}");
            if *prepared {
                Attachment::from_data_url(name, format!("data:application/pdf;base64,{}", STANDARD.encode(content)))
            } else {
                Attachment::new(name, content.clone())
            }
        }).collect();
        let params = CreateTicketMessageParams {
            id_ticket: "1".to_owned(),
            text: text.clone(),
            interim_notice: interim,
            ticket_message_files: Some(attachments),
        };
        let (_, body) = plan(&params, &Settings::default()).unwrap();
        let mut out = Vec::new();
        let bytes: Vec<_> = params.attachments().iter().map(|file| file.bytes().unwrap()).collect();
        body.unwrap().write_into(&bytes, &mut out).unwrap();

        let mut expected = json!({ "text": text });
        if let Some(interim) = interim {
            expected["interim_notice"] = json!(interim);
        }
        if !files.is_empty() {
            expected["ticket_message_files"] = files.iter().zip(&contents).map(|((name, _, _), content)| json!({
                "filename": format!("f{name}"),
                "mime_type": "application/pdf",
                "data": format!("data:application/pdf;base64,{}", STANDARD.encode(content)),
            })).collect();
        }
        prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), expected);
    }
}

#[test]
fn a_message_has_no_result() {
    for body in ["", "{}", r#"{ "data": { "id": 1 } }"#] {
        for status in [200, 201, 204] {
            let response = answer(status, body);
            assert_eq!(CreateTicketMessageParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(CreateTicketMessageParams::decode(&response), Ok(()));
        }
    }
}

#[test]
fn a_message_has_1_to_65535_characters() {
    let message = |text: Value| json!(["1", { "text": text }]);
    for good in ["a", " ", "🎫", &"x".repeat(65_535), &"🎫".repeat(65_535)] {
        accepts("createTicketMessage", message(json!(good)));
    }
    for (bad, code) in [
        (json!(""), "too_short"),
        (json!("x".repeat(65_536)), "too_long"),
        (json!("🎫".repeat(65_536)), "too_long"),
        (json!(null), "required"),
        (json!(5), "wrong_type"),
    ] {
        breaks("createTicketMessage", message(bad), &[("text", code)]);
    }
    breaks("createTicketMessage", json!(["1"]), &[("text", "required")]);
    accepts("createTicketMessage", json!(["1", { "text": "a", "interim_notice": false }]));
    breaks(
        "createTicketMessage",
        json!(["1", { "text": "a", "interim_notice": 1 }]),
        &[("interim_notice", "wrong_type")],
    );
    breaks("createTicketMessage", json!(["1", { "text": "a", "files": [] }]), &[("files", "unknown_field")]);
}

const PDF: &str = "JVBERi0xLjQK";

/// "hello".
const TEXT: &str = "aGVsbG8=";

/// Two bytes that detection does not know.
const NOISE: &str = "AAE=";

fn with_files(files: Value) -> Value {
    json!(["1", { "text": "a", "ticket_message_files": files }])
}

/// The rules that one file breaks, by the part of its path after the index.
fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
    codes(check(settings, "createTicketMessage", &with_files(json!([file]))))
        .into_iter()
        .map(|(field, code)| (field.replace("ticket_message_files[0]", "file"), code))
        .collect()
}

#[test]
fn files_need_a_name_that_is_one() {
    let file = |name: Value| json!({ "filename": name, "mime_type": "image/png", "size": 9, "found": "image/png" });
    for good in ["label.png", "Ä ö.png", "no extension", ".png", "a..b", "…"] {
        assert_eq!(file_breaks(&Settings::default(), &file(json!(good))), [], "{good}");
    }
    for (bad, code) in [
        (json!(""), "required"),
        (json!("  "), "required"),
        (json!(null), "required"),
        (json!(5), "wrong_type"),
        (json!("a/b.png"), "invalid_filename"),
        (json!("..\\b.png"), "invalid_filename"),
        (json!("."), "invalid_filename"),
        (json!(".."), "invalid_filename"),
        (json!("a\nb.png"), "invalid_filename"),
        (json!("a\u{0}.png"), "invalid_filename"),
        (json!("a\u{85}.png"), "invalid_filename"),
    ] {
        assert_eq!(file_breaks(&Settings::default(), &file(bad)), expected(&[("file.filename", code)]));
    }
}

#[test]
fn held_files_are_what_they_say() {
    let held = |declared: Value, found: Value| {
        let mut file = json!({ "filename": "f", "size": 9, "mime_type": declared, "found": found });
        if file["found"] == json!("?") {
            file.as_object_mut().unwrap().remove("found");
        }
        file
    };
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for mime_type in AttachmentType::VALUES {
        for declared in [json!(mime_type), Value::Null] {
            for found in [json!(mime_type), json!("?")] {
                assert_eq!(file_breaks(&Settings::default(), &held(declared.clone(), found)), []);
            }
        }
    }
    for (declared, found, list) in [
        // Detection has not run, so only the declared type counts.
        (json!("image/webp"), json!("?"), &[("file.mime_type", "mime_type_not_allowed")][..]),
        (json!("IMAGE/PNG; q=1"), json!("image/png"), &[]),
        (json!(""), json!("?"), &[("file.mime_type", "mime_type_not_allowed")]),
        (json!(5), json!("?"), &[("file.mime_type", "wrong_type")]),
        // The type is one of the nine, but not the declared one.
        (json!("image/png"), json!("image/jpeg"), &[("file.mime_type", "mime_type_mismatch")]),
        (json!("image/png"), json!("text/plain"), &[("file.mime_type", "mime_type_mismatch")]),
        (json!("text/plain"), json!("application/pdf"), &[("file.mime_type", "mime_type_mismatch")]),
        (json!("application/msword"), json!(docx), &[("file.mime_type", "mime_type_mismatch")]),
        // The type is none of the nine.
        (json!("image/png"), json!("image/webp"), &[("file", "file_type_not_allowed")]),
        (json!("application/msword"), json!("application/rtf"), &[("file", "file_type_not_allowed")]),
        (json!(docx), json!("application/zip"), &[("file", "file_type_not_allowed")]),
        (Value::Null, json!("image/heic"), &[("file", "file_type_not_allowed")]),
        (json!("image/heic"), json!("image/heic"), &[("file.mime_type", "mime_type_not_allowed")]),
        // Detection could not identify the content.
        (json!("image/png"), Value::Null, &[("file", "unknown_file_type")]),
        (Value::Null, Value::Null, &[("file", "unknown_file_type")]),
    ] {
        let file = held(declared, found);
        assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
    }
    // A type outside the nine cannot be judged by its content; one that is declared as one of the
    // nine can.
    for file in [
        held(json!("image/heic"), json!("image/heic")),
        held(json!("text/csv"), json!("text/plain")),
        held(json!("application/x-new"), Value::Null),
        held(Value::Null, json!("image/heic")),
    ] {
        assert_eq!(file_breaks(&tolerant(), &file), [], "{file}");
    }
    let file = held(json!("image/png"), json!("image/heic"));
    assert_eq!(file_breaks(&tolerant(), &file), expected(&[("file", "file_type_not_allowed")]));
    let file = json!({ "filename": "f", "size": 0, "mime_type": "text/plain", "found": null });
    assert_eq!(file_breaks(&Settings::default(), &file), expected(&[("file", "empty_file")]));
    // A stream that has not been read yet has no size.
    assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
}

#[test]
fn data_urls_are_what_they_say() {
    let prepared = |declared: &str, data: &str| json!({ "filename": "f", "mime_type": declared, "data": data });
    let url = |mime_type: &str, data: &str| format!("data:{mime_type};base64,{data}");
    for (declared, data, list) in [
        ("image/png", url("image/png", PNG), &[][..]),
        ("application/pdf", url("application/pdf", PDF), &[]),
        ("text/plain", url("text/plain", TEXT), &[]),
        ("Image/PNG", url("image/png", PNG), &[]),
        // This is not a data URL.
        ("image/png", PNG.to_owned(), &[("file.data", "data_url_scheme")]),
        ("image/png", "data:image/png".to_owned(), &[("file.data", "data_url_comma")]),
        ("image/png", format!("data:image/png,{PNG}"), &[("file.data", "data_url_not_base64")]),
        ("image/png", url("image/png", "iVBORw0K\n"), &[("file.data", "base64_whitespace")]),
        ("image/png", url("image/png", "iVBORw0"), &[("file.data", "base64_padding")]),
        ("image/png", url("image/png;charset=x", PNG), &[("file.data", "data_url_parameters")]),
        // The two declarations differ.
        ("image/png", url("image/jpeg", PNG), &[("file.data", "mime_type_mismatch")]),
        ("image/png", url("IMAGE/PNG", PNG), &[("file.data", "mime_type_mismatch")]),
        // The declarations agree with each other, but not with the content.
        ("image/jpeg", url("image/jpeg", PNG), &[("file.mime_type", "mime_type_mismatch")]),
        ("text/plain", url("text/plain", PNG), &[("file.mime_type", "mime_type_mismatch")]),
        ("image/png", url("image/png", TEXT), &[("file.mime_type", "mime_type_mismatch")]),
        ("image/png", url("image/png", NOISE), &[("file", "unknown_file_type")]),
        ("image/png", url("image/png", ""), &[("file", "empty_file")]),
        // The declared type is none of the nine.
        ("image/webp", url("image/webp", PNG), &[("file.mime_type", "mime_type_not_allowed")]),
        // Both are wrong.
        (
            "image/webp",
            "x".to_owned(),
            &[("file.mime_type", "mime_type_not_allowed"), ("file.data", "data_url_scheme")],
        ),
    ] {
        let file = prepared(declared, &data);
        assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
    }
    // The type of the data URL replaces a missing one.
    let bare = |data: String| json!({ "filename": "f", "data": data });
    for (data, list) in [
        (url("image/png", PNG), &[][..]),
        (url("image/webp", PNG), &[("file.data", "mime_type_not_allowed")]),
        (url("IMAGE/PNG", PNG), &[("file.data", "mime_type_not_allowed")]),
        (url("image/gif", PNG), &[("file.mime_type", "mime_type_mismatch")]),
    ] {
        assert_eq!(file_breaks(&Settings::default(), &bare(data)), expected(list));
    }
}

fn sent_with(file: &Value) -> String {
    let (_, body) = plan_with(&Settings::default(), "createTicketMessage", &with_files(json!([file])));
    match body.unwrap().into_segments().first() {
        Some(Segment::Text(text)) => String::from_utf8(text.clone()).unwrap(),
        _ => String::new(),
    }
}

#[test]
fn a_platform_guesses_and_the_content_knows() {
    let held = |hint: &str, found: Option<&str>| json!({ "filename": "f", "size": 9, "hint": hint, "found": found });
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (hint, found) in [
        ("image/jpg", "image/jpeg"),
        ("image/pjpeg", "image/jpeg"),
        ("text/csv", "text/plain"),
        ("application/vnd.ms-excel", "text/plain"),
        ("application/x-zip-compressed", docx),
        ("application/wps-office.docx", docx),
        ("image/png", "application/pdf"),
        ("video/mp4", "application/pdf"),
    ] {
        assert_eq!(file_breaks(&Settings::default(), &held(hint, Some(found))), [], "{hint}");
        let body = sent_with(&held(hint, Some(found)));
        assert!(body.contains(found) && !body.contains(hint), "{hint}: {body}");
    }
    // A guess allows nothing, and is no statement that could be wrong.
    let not_allowed = [("file", "file_type_not_allowed")];
    assert_eq!(file_breaks(&Settings::default(), &held("image/png", Some("video/mp4"))), expected(&not_allowed));
    for hint in ["image/png", "image/jxl", "text/plain", "video/mp4"] {
        let untold = [("file", "unknown_file_type")];
        assert_eq!(file_breaks(&Settings::default(), &held(hint, None)), expected(&untold), "{hint}");
    }
    assert_eq!(file_breaks(&tolerant(), &held("video/mp4", None)), []);
    // Nothing is known before the content was read.
    let unread = json!({ "filename": "f", "size": 9, "hint": "video/mp4" });
    assert_eq!(file_breaks(&Settings::default(), &unread), []);
}

#[test]
fn a_statement_is_compared_without_case() {
    let held = |says: &str| json!({ "filename": "f", "size": 9, "mime_type": says, "found": "image/png" });
    for says in ["image/png", "Image/PNG", "IMAGE/PNG; a=b"] {
        assert_eq!(file_breaks(&Settings::default(), &held(says)), [], "{says}");
        let body = sent_with(&held(says));
        assert!(body.contains(r#""mime_type":"image/png""#), "{body}");
    }
    let gif = [("file.mime_type", "mime_type_mismatch")];
    assert_eq!(file_breaks(&Settings::default(), &held("IMAGE/GIF")), expected(&gif));
    let file = Attachment::new("f", *b"%PDF-1.4\n").with_mime_type("Application/PDF");
    let params = CreateTicketMessageParams {
        id_ticket: "1".to_owned(),
        text: "t".to_owned(),
        ticket_message_files: Some(vec![file]),
        ..Default::default()
    };
    assert!(plan(&params, &Settings::default()).is_ok());
}

#[test]
fn a_name_fits_its_content() {
    let named = |filename: &str, found: &str| json!({ "filename": filename, "size": 9, "found": found });
    let pdf = "application/pdf";
    for (filename, found) in [
        ("label.pdf", pdf),
        ("LABEL.PDF", pdf),
        ("label", pdf),
        ("label.", pdf),
        ("label.2024", pdf),
        ("photo.jpe", "image/jpeg"),
        ("photo.jfif", "image/jpeg"),
        ("list.csv", "text/plain"),
        ("mail.eml", "text/plain"),
        ("page.html", "text/plain"),
        ("photo.png.pdf", pdf),
    ] {
        assert_eq!(file_breaks(&Settings::default(), &named(filename, found)), [], "{filename}");
    }
    for (filename, found) in [
        ("photo.png", pdf),
        ("photo.PNG ", pdf),
        ("photo.jpg", "image/png"),
        ("letter.doc", "text/plain"),
        ("label.pdf", "text/plain"),
    ] {
        let lies = [("file.filename", "filename_mismatch")];
        assert_eq!(file_breaks(&Settings::default(), &named(filename, found)), expected(&lies), "{filename}");
        assert_eq!(file_breaks(&tolerant(), &named(filename, found)), expected(&lies), "{filename}");
    }
    // Each declaration is wrong by itself.
    let both = json!({ "filename": "a.png", "mime_type": "image/png", "size": 9, "found": pdf });
    let list = [("file.mime_type", "mime_type_mismatch"), ("file.filename", "filename_mismatch")];
    assert_eq!(file_breaks(&Settings::default(), &both), expected(&list));
    let prepared = json!({ "filename": "a.png", "mime_type": pdf, "data": format!("data:{pdf};base64,{PDF}") });
    assert_eq!(file_breaks(&Settings::default(), &prepared), expected(&list[1..]));
    // A content that is not taken is the one thing to correct.
    let video = [("file", "file_type_not_allowed")];
    assert_eq!(file_breaks(&Settings::default(), &named("a.png", "video/mp4")), expected(&video));
}

#[test]
fn a_file_is_one_of_two_forms() {
    for (file, list) in [
        (json!({ "filename": "f", "mime_type": "image/png" }), &[("file.data", "required")][..]),
        (json!({}), &[("file.filename", "required"), ("file.data", "required")]),
        (json!("f.png"), &[("file", "wrong_type")]),
        (json!(null), &[("file.filename", "required"), ("file.data", "required")]),
        (json!({ "filename": "f", "content": "text" }), &[("file.content", "wrong_type")]),
        (json!({ "content": null }), &[("file.filename", "required"), ("file.content", "required")]),
        (
            json!({ "filename": "f", "size": 1, "found": "text/plain", "lastModified": 5 }),
            &[("file.lastModified", "unknown_field")],
        ),
        (
            json!({ "filename": "f", "mime_type": "text/plain", "data": format!("data:text/plain;base64,{TEXT}"), "size": 5 }),
            &[("file.size", "unknown_field")],
        ),
    ] {
        let found = file_breaks(&Settings::default(), &file);
        assert_eq!(found, expected(list), "{file}");
    }
    breaks("createTicketMessage", with_files(json!({})), &[("ticket_message_files", "wrong_type")]);
    accepts("createTicketMessage", with_files(json!([])));
    accepts("createTicketMessage", with_files(Value::Null));
}

#[test]
fn every_file_is_checked_and_named() {
    let good = json!({ "filename": "a.png", "size": 9, "found": "image/png" });
    let bad = json!({ "filename": "b.heic", "size": 9, "found": "image/heic" });
    let list = check(&Settings::default(), "createTicketMessage", &with_files(json!([good, bad, bad])));
    let fields: Vec<_> = list.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["ticket_message_files[1]", "ticket_message_files[2]"]);
    assert!(list[0].message.contains("b.heic") && list[0].message.contains("a HEIC image"), "{}", list[0].message);
    assert!(list[0].hint.contains("PNG"));
    assert_eq!(list[0].params["allowed"], json!(AttachmentType::VALUES));
    assert_eq!(list[0].params["found"], json!("image/heic"));
}

#[test]
fn bytes_in_memory_are_looked_at() {
    let message = |file| CreateTicketMessageParams {
        id_ticket: "1".to_owned(),
        text: "a".to_owned(),
        interim_notice: None,
        ticket_message_files: Some(vec![file]),
    };
    let check = |file| {
        let mut violations = Violations::new();
        message(file).check(&Settings::default(), &mut violations);
        codes(violations.into_vec())
    };
    assert_eq!(check(Attachment::new("a.pdf", b"%PDF-1.4\n")), []);
    assert_eq!(check(Attachment::new("a.pdf", b"%PDF-1.4\n").with_mime_type("application/pdf")), []);
    assert_eq!(
        check(Attachment::new("a.pdf", b"%PDF-1.4\n").with_mime_type("image/png")),
        expected(&[("ticket_message_files[0].mime_type", "mime_type_mismatch")])
    );
    assert_eq!(
        check(Attachment::new("a.pdf", b"\0\x01")),
        expected(&[("ticket_message_files[0]", "unknown_file_type")])
    );
    assert!(plan(&message(Attachment::new("", b"%PDF-1.4\n")), &Settings::default()).is_err());
}

#[test]
fn a_message_is_known_by_its_text() {
    let found = ('f', Value::Null);
    let old = [(1, "seller", "a b"), (2, "buyer", "c")];
    for (new, expected) in [
        (&[][..], &('a', Value::Null)),
        (&[(3, "seller", "a\n b ")][..], &found),
        // Kaufland may show the seller's message so; or it is the system's own.
        (&[(3, "system", "a b")][..], &('u', Value::Null)),
        (&[(3, "customer_service", "a b")][..], &('u', Value::Null)),
        (&[(3, "", "a b")][..], &('u', Value::Null)),
        (&[(3, "system", "a ***")][..], &('u', Value::Null)),
        (&[(3, "buyer", "a ***")][..], &('a', Value::Null)),
        (&[(3, "buyer", "a b")][..], &('a', Value::Null)),
        (&[(3, "customer_service", "x")][..], &('a', Value::Null)),
        // This may be our message with a part removed.
        (&[(3, "seller", "a ***")][..], &('u', Value::Null)),
        (&[(3, "seller", "x"), (4, "seller", "a b")][..], &found),
    ] {
        let after = [&old[..], new].concat();
        let reads = [(with_messages("opened", &old, 0), with_messages("opened", &after, 0))];
        let finding = found_by(&KAUFLAND, "createTicketMessage", json!(["1", { "text": "a b" }]), &reads);
        assert_eq!(finding, *expected, "{new:?}");
    }
}

#[test]
fn a_message_without_its_files_is_not_the_message() {
    let file = json!({ "filename": "a.txt", "mime_type": "text/plain", "data": "data:text/plain;base64,YQ==" });
    let args = json!(["1", { "text": "a", "ticket_message_files": [file, file] }]);
    for (files, expected) in [(3, ('u', Value::Null)), (4, ('f', Value::Null)), (5, ('f', Value::Null))] {
        let reads = [(with_messages("opened", &[], 2), with_messages("opened", &[(1, "seller", "a")], files))];
        assert_eq!(found_by(&KAUFLAND, "createTicketMessage", args.clone(), &reads), expected, "{files}");
    }
    // Files of other names prove nothing, however many they are.
    let with = |names: &[&str]| {
        let mut ticket = with_messages("opened", &[(1, "seller", "a")], 0);
        ticket["files"] = names.iter().map(|name| json!({ "filename": name })).collect();
        ticket
    };
    for (names, expected) in [
        (&["b.txt", "c.txt", "d.txt"][..], ('u', Value::Null)),
        (&["a.txt", "b.txt", "c.txt"], ('u', Value::Null)),
        (&["a.txt", "b.txt", "a.txt"], ('f', Value::Null)),
    ] {
        let reads = [(with_messages("opened", &[], 0), with(names))];
        assert_eq!(found_by(&KAUFLAND, "createTicketMessage", args.clone(), &reads), expected, "{names:?}");
    }
}
