use super::*;

fn said(from: Author, minute: f64) -> Message {
    let at = Stamp { wire: minute.to_string(), at: Some(minute), zoned: true };
    Message { from, at: Some(at), ..Message::EMPTY }
}

#[test]
fn times_keep_their_text() {
    for (wire, at, zoned) in [
        ("2026-03-02T08:15:00Z", Some(1_772_439_300_000.0), true),
        ("2026-03-02T09:15:00+01:00", Some(1_772_439_300_000.0), true),
        ("2026-03-02T08:15:00+0000", Some(1_772_439_300_000.0), true),
        ("2026-03-02T09:15:00+0100", Some(1_772_439_300_000.0), true),
        ("2026-03-02T04:15:00-0400", Some(1_772_439_300_000.0), true),
        ("2026-03-02T08:15:00", Some(1_772_439_300_000.0), false),
        ("2026-03-02T08:15:00.5", Some(1_772_439_300_500.0), false),
        ("2026-03-02", None, false),
        ("soon", None, false),
        ("+0000", None, false),
        ("ä+0000", None, false),
        ("", None, false),
    ] {
        assert_eq!(Stamp::read(wire), Stamp { wire: wire.to_owned(), at, zoned }, "{wire}");
    }
}

#[test]
fn a_turn_may_end_by_itself() {
    let turn = Turn { until: Some((100.0, Side::Seller)), ..Turn::derived(Side::Buyer) };
    assert_eq!([99.0, 100.0, 101.0].map(|now| turn.at(now)), [Side::Buyer, Side::Seller, Side::Seller]);
    assert_eq!(Turn::reported(Side::Buyer).at(f64::MAX), Side::Buyer);
}

#[test]
fn the_first_unanswered_message_waits() {
    use Author::{Buyer, Seller, System};
    for (thread, interim, waiting) in [
        (&[][..], None, None),
        (&[Buyer][..], None, Some(0.0)),
        (&[Buyer, Buyer], None, Some(0.0)),
        (&[Buyer, Seller], None, None),
        (&[Buyer, Seller, System, Buyer], None, Some(2.0)),
        (&[Seller], None, None),
        (&[Seller, Buyer], None, Some(1.0)),
        // An interim notice is no answer.
        (&[Buyer, Seller], Some(1.0), Some(0.0)),
        (&[Buyer, Seller, Buyer], Some(1.0), Some(0.0)),
        (&[Buyer, Seller, Buyer, Seller, Buyer], Some(3.0), Some(2.0)),
    ] {
        let messages: Vec<_> = thread.iter().zip(0u8..).map(|(from, at)| said(*from, f64::from(at))).collect();
        let found = waiting_since(&messages, |message| message.ms() == interim).and_then(Message::ms);
        assert_eq!(found, waiting, "{thread:?} with interim {interim:?}");
    }
    assert_eq!(heard_at(&[said(Buyer, 1.0), said(System, 3.0), said(Buyer, 2.0), said(Seller, 9.0)]), Some(3.0));
    assert_eq!(heard_at(&[said(Seller, 9.0)]), None);
}

#[test]
fn messages_are_in_the_order_of_time_and_number() {
    let with = |id: &str, minute| Message { id: Some(id.to_owned()), ..said(Author::Buyer, minute) };
    let untimed = Message { id: Some("7".to_owned()), ..Message::EMPTY };
    let mut messages = vec![with("10", 5.0), with("9", 5.0), with("1", 6.0), with("2", 4.0), untimed];
    sort_by_time(&mut messages);
    let ids: Vec<_> = messages.iter().filter_map(|message| message.id.as_deref()).collect();
    assert_eq!(ids, ["7", "2", "9", "10", "1"]);
}

#[test]
fn the_written_ticket_names_what_is_known() {
    let mut ticket = Ticket::new("kaufland", "kf", "1", Store::Marketplace);
    ticket.locale = Fact::Untold;
    ticket.refund = Fact::Nothing;
    ticket.storefront = Fact::Told("de".to_owned());
    let written: Json = Json::read(&serde_json::to_vec(&ticket).unwrap()).unwrap();
    let names = |field: &str| written.get(field).unwrap().to_string();
    assert_eq!(names("known"), r#"["storefront","refund"]"#);
    assert!(names("unsayable").contains("order") && !names("unsayable").contains("locale"));
    assert_eq!(written.get("refund"), Some(&Json::Absent));
    assert_eq!(written.get("storefront").and_then(Json::as_str), Some("de"));
}
