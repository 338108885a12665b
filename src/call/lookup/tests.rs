use super::*;

/// Builds a value as a response or an argument has it.
macro_rules! json {
    ($($json:tt)*) => { Json::from(serde_json::json!($($json)*)) };
}

fn read() -> Read {
    Read { items: "data".to_owned(), id: "id".to_owned(), time: "t".to_owned(), pages: 3, ..Read::default() }
}

#[test]
fn pages_are_read_until_those_that_are_known() {
    let list = |times: &[&str]| -> Vec<Json> { times.iter().map(|time| json!({ "t": time })).collect() };
    for (times, falls) in [
        (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:01.5"][..], true),
        (&["2026-03-02T08:15:02", "2026-03-02T08:15:02", "2026-03-02T08:15:01"], true),
        (&["2026-03-02T08:15:01Z", "2026-03-02T08:15:02Z"], false),
        (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:03Z", "2026-03-02T08:15:01Z"], false),
        // Equal times decide nothing.
        (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:02Z"], false),
        (&["later", "earlier"], false),
        (&["2026-03-02T08:15:02Z"], false),
        (&[], false),
    ] {
        assert_eq!(is_descending(&list(times), &read()), falls, "{times:?}");
    }
}

/// A list of items with these ids, which are also the seconds of their times.
fn items(ids: &[u64]) -> Vec<Json> {
    ids.iter().map(|id| json!({ "id": id, "t": format!("2026-03-02T08:15:{id:02}Z") })).collect()
}

/// Looks at a list in pages of three, and returns what it shows and the number of pages.
fn look_at(ids: &[u64], before: Option<&Seen>) -> (Seen, usize) {
    let look = Look::new(String::new(), vec![read()], Json::Absent);
    let mut lookup = Lookup::default();
    for (index, page) in ids.chunks(3).enumerate() {
        let shape =
            Page { more: (index + 1) * 3 < ids.len(), numbered: false, offset_field: "offset".to_owned(), length: 3 };
        let value = json!({ "data": serde_json::to_value(items(page)).unwrap() });
        let before = before.map(std::slice::from_ref);
        if let Some(looked) = lookup.take_in(&look, before, &[], value, Some(shape)) {
            return (looked.seen[0].clone(), index + 1);
        }
    }
    panic!("{ids:?} has no end");
}

#[test]
fn what_is_new_is_told_by_its_id_and_not_by_its_place() {
    let (before, pages) = look_at(&[20, 18, 16, 14, 12], None);
    assert_eq!((pages, before.floor.as_str()), (1, "2026-03-02T08:15:16"));
    for (ids, fresh, pages) in [
        (&[20, 18, 16, 14, 12][..], &[][..], 2),
        (&[21, 20, 18, 16, 14, 12], &[21][..], 2),
        // The list goes by the time of acceptance, and shows a late item below others.
        (&[20, 19, 18, 16, 14, 12], &[19], 2),
        (&[22, 21, 20, 18, 17, 16, 14, 12, 10], &[22, 21, 17], 3),
        // What was behind the first page is no news, even if it moves to the first page.
        (&[20, 14, 12], &[], 1),
        // The order proves nothing, so all pages are read.
        (&[12, 14, 16, 17, 18, 20], &[17], 2),
    ] {
        let (after, read) = look_at(ids, Some(&before));
        assert_eq!((after.fresh.clone(), read), (items(fresh), pages), "{ids:?}");
        assert!(!after.cut);
    }
    let (after, _) = look_at(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Some(&before));
    assert!(after.cut);
}

#[test]
fn items_without_ids_are_counted() {
    let entry = json!({ "text": "same" });
    let seen = |many: usize, known: &[&Seen]| {
        let mut seen = Seen::default();
        add(&mut seen, &read(), &vec![entry.clone(); many], known);
        seen
    };
    let (two, three) = (seen(2, &[]), seen(3, &[]));
    assert_eq!(seen(3, &[&two]).fresh.len(), 1);
    assert_eq!(seen(3, &[&three]).fresh.len(), 0);
    // To one of the two, one is new.
    let both = seen(3, &[&two, &three]);
    assert_eq!(both.fresh.len(), 1);
    assert_eq!((fresh_beside(&read(), &both, &two).len(), fresh_beside(&read(), &both, &three).len()), (1, 0));
    let mut known = two.clone();
    add_known(&mut known, &three.ids);
    assert_eq!(known.ids, three.ids);
    add_known(&mut known, &two.ids);
    assert_eq!(known.ids, three.ids);
}

#[test]
fn many_items_take_no_long_time() {
    let many = items(&(0..20_000).collect::<Vec<_>>());
    let mut before = Seen::default();
    add(&mut before, &read(), &many, &[]);
    let mut after = Seen::default();
    add(&mut after, &read(), &many, &[&before]);
    assert_eq!((after.ids.len(), after.fresh.len()), (20_000, 0));
}
