//! The rules of a sync at both ends of each of their limits.

use super::*;
use crate::desk::revision_of;
use crate::vendor::desk::Raw;

const HOUR: u32 = 3_600;

fn known(item: &Value, began_at: f64, is_forgotten: bool) -> Known {
    let item = tree(item);
    let id = (KAUFLAND.desk.reading.id)(&item).unwrap();
    let listed = revision_of(KAUFLAND.desk, &item);
    Known { id, began_at, listed, raw: Raw { ticket: item, ..Raw::default() }, is_forgotten }
}

#[test]
fn the_calls_of_a_day_are_counted_until_it_ends() {
    let account = Account::default();
    let spent = |account: &str, flow, spent| Stream { spent, ..Stream::new(account, flow) };
    let day = (START / DAY_MS) as i64;
    let streams = [
        spent("a", Flow::Hot, (day, 3)),
        spent("a", Flow::Recent, (day, 4)),
        spent("a", Flow::Sweep, (day - 1, 100)),
        spent("b", Flow::Hot, (day - 1, 5)),
    ];
    let sources = streams.each_ref().map(|stream| Source { stream, marketplace: &CLICKBANK, account: &account });
    for (now_ms, a, b) in [(START, 7, 0), (START + DAY_MS - 1.0, 7, 0), (START + DAY_MS, 0, 0), (START - 1.0, 100, 5)] {
        assert_eq!(used_today(&sources, now_ms), [("a".to_owned(), a), ("b".to_owned(), b)].into(), "{now_ms}");
    }
    // A step adds its calls to those of its day.
    let budget = Budget { calls: 1, ..Budget::default() };
    for (now_ms, expected) in [(START, (day, 4)), (START + DAY_MS, (day + 1, 1))] {
        assert_eq!(plan(&sources[..1], now_ms, &budget).steps[0].stream.spent, expected);
    }
}

#[test]
fn a_step_reads_ten_parts_at_most() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    let all: Vec<_> = (0..12).map(|id| kaufland(id, id, 0)).collect();
    desk.apply(Flow::Hot, &page(&target, &all, false));
    for (budget, calls) in [(3, 3), (10, 10), (11, 10), (40, 10)] {
        assert_eq!(desk.plan(budget).steps[0].calls.len(), calls, "{budget}");
    }
}

#[test]
fn more_events_may_follow_a_full_answer_of_events_alone() {
    let account = with_events();
    let stream = Stream::new("a", Flow::Hot);
    for (marketplace, count, more) in
        [(&JTL_SCX, 0, false), (&JTL_SCX, 99, false), (&JTL_SCX, 100, true), (&MAGALU, 100, false)]
    {
        let source = Source { stream: &stream, marketplace, account: &account };
        let items: Vec<_> = (0..count).map(|id| tree(&json!(id))).collect();
        assert_eq!(Page::items_of(&source, Json::List(items.clone()), None), (items, more), "{count}");
    }
}

#[test]
fn a_list_that_was_asked_for_before_a_ticket_was_stored_changes_nothing_of_it() {
    for (began_at, is_late) in [(START + 49.0, true), (START + 50.0, false), (START + 51.0, false)] {
        let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
        let stored = known(&kaufland(1, 1, 1), START + 50.0, false);
        desk.rows.insert(stored.id.clone(), stored);
        let listed = Page { began_at, ..page(&target, &[kaufland(1, 2, 2)], false) };
        let applied = desk.apply(Flow::Hot, &listed);
        assert_eq!((applied.rows.is_empty(), applied.stream.jobs.is_empty()), (is_late, is_late), "{began_at}");
    }
}

#[test]
fn a_sweep_reads_the_threads_that_may_have_more_than_lists_show() {
    let read_at = Some(START + f64::from(10 * HOUR) * 1000.0);
    for (flow, read_at, is_forgotten, status, updated, is_read) in [
        (Flow::Sweep, read_at, false, "opened", 0, true),
        (Flow::Sweep, read_at, true, "opened", 0, false),
        (Flow::Sweep, None, false, "opened", 0, false),
        (Flow::Hot, read_at, false, "opened", 0, false),
        // A thread may take four hours to show all of it.
        (Flow::Sweep, read_at, false, "both_closed", 6 * HOUR, false),
        (Flow::Sweep, read_at, false, "both_closed", 6 * HOUR + 1, true),
        (Flow::Sweep, read_at, true, "both_closed", 6 * HOUR + 1, false),
        (Flow::Sweep, None, false, "both_closed", 6 * HOUR + 1, false),
    ] {
        let mut item = kaufland(1, updated, 1);
        item["status"] = json!(status);
        let (mut desk, target) = begun(&KAUFLAND, flow);
        desk.streams[0].read_at = read_at;
        let stored = known(&item, START, is_forgotten);
        desk.rows.insert(stored.id.clone(), stored);
        let applied = desk.apply(flow, &page(&target, &[item], false));
        let found = (applied.rows.len(), !applied.stream.jobs.is_empty());
        assert_eq!(found, (0, is_read), "{flow:?} {read_at:?} {is_forgotten} {status} {updated}");
    }
}

#[test]
fn a_sweep_that_is_cut_finds_nothing_missing() {
    for (pages, more, goes_on, is_complete) in
        [(4_998, true, true, false), (4_999, true, false, false), (4_999, false, false, true)]
    {
        let (mut desk, target) = begun(&KAUFLAND, Flow::Sweep);
        desk.streams[0].run.as_mut().unwrap().pages = pages;
        let Applied { stream, swept, .. } = desk.apply(Flow::Sweep, &page(&target, &[kaufland(1, 1, 0)], more));
        let found = (stream.run.is_some(), stream.is_complete, swept.is_some());
        assert_eq!(found, (goes_on, is_complete, is_complete), "{pages} {more}");
    }
}

#[test]
fn a_list_by_time_goes_on_in_the_marketplaces_own_zone() {
    for (bound, last, next, is_cut) in [
        ("2026-03-02T00:00:05", "2026-03-02T00:00:07", "2026-03-02T00:00:07", false),
        ("2026-03-02T00:00:05Z", "2026-03-02T00:00:07Z", "2026-03-02T00:00:07Z", false),
        ("2026-03-02T00:00:05", "2026-03-02T00:00:05", "2026-03-02T00:00:06", true),
        ("2026-03-02T00:00:05Z", "2026-03-02T00:00:05Z", "2026-03-02T00:00:06Z", true),
    ] {
        let (mut desk, _) = begun(&MAGALU, Flow::Recent);
        let run = desk.streams[0].run.as_mut().unwrap();
        run.place = Place { offset: 100, bound: Some(bound.to_owned()), again: false };
        let target = Target::Page { began_at: run.began_at, list: run.list, place: run.place.clone() };
        let mut item = magalu(1, 0);
        item["updated_at"] = json!(last);
        let run = desk.apply(Flow::Recent, &page(&target, &[item], true)).stream.run.unwrap();
        let place = Place { offset: 0, bound: Some(next.to_owned()), again: false };
        assert_eq!((run.place, run.is_cut), (place, is_cut), "{bound} {last}");
    }
}

#[test]
fn a_watermark_never_goes_back() {
    let at = |second: u32| kaufland(1, second, 0)["ts_updated_iso"].as_str().unwrap().to_owned();
    for (items, second) in [
        (vec![], 5),
        (vec![kaufland(1, 4, 0)], 5),
        (vec![kaufland(1, 5, 0)], 5),
        (vec![kaufland(1, 6, 0), kaufland(2, 3, 0)], 6),
    ] {
        let (mut desk, target) = begun(&KAUFLAND, Flow::Recent);
        desk.streams[0].watermark = Some(at(5));
        let stream = desk.apply(Flow::Recent, &page(&target, &items, false)).stream;
        assert_eq!((stream.read_at, stream.watermark), (Some(START), Some(at(second))), "{items:?}");
    }
}

#[test]
fn what_is_stored_is_acknowledged_however_often_that_fails() {
    for code in ["server", "not_found"] {
        let (mut desk, target) = begun(&JTL_SCX, Flow::Hot);
        desk.apply(Flow::Hot, &page(&target, &[event(1, "T1", "Channel:Ticket")], false));
        for _ in 0..20 {
            let answer = Err(failure(code, None));
            let failed = Page { target: Target::Acknowledged, began_at: START, answer, is_last: true };
            desk.apply(Flow::Hot, &failed);
        }
        let [job] = &desk.streams[0].jobs[..] else { panic!("an acknowledgement") };
        assert_eq!((job.failures, &desk.gone), (20, &vec![]), "{code}");
    }
}

#[test]
fn of_a_list_only_what_it_has_news_of_has_to_be_known_with_its_parts() {
    let stream = Stream::new("a", Flow::Hot);
    let account = with_events();
    let source = |marketplace| Source { stream: &stream, marketplace, account: &account };
    let target = Target::Page { began_at: START, list: 0, place: Place::default() };
    let items = [kaufland(1, 1, 0), kaufland(2, 2, 0), json!({ "status": "opened" }), kaufland(3, 3, 0)];
    let [one, two, _, three] = items.each_ref().map(|item| (KAUFLAND.desk.reading.id)(&tree(item)).unwrap_or_default());
    let ids = |known: &[Known]| changed_ids(&source(&KAUFLAND), &page(&target, &items, false), &heads(known));
    let as_read = |at: usize| known(&items[at], START, false);
    assert_eq!(ids(&[]), [one.clone(), two.clone(), three.clone()]);
    assert_eq!(ids(&[as_read(0), as_read(1), as_read(3)]), [""; 0]);
    // Another one, one that was read later, and one that is forgotten.
    let other = Known { listed: "other".to_owned(), ..as_read(0) };
    let later = Known { began_at: START + 1.0, listed: "other".to_owned(), ..as_read(1) };
    assert_eq!(ids(&[other, later, known(&items[3], START, true)]), [one]);
    // Of a part and of events, the ticket is always needed.
    let part = Target::Part { ticket: two.clone(), part: "ticket".to_owned(), offset: 0 };
    let answer = page(&part, &[kaufland(2, 2, 0)], false);
    assert_eq!(changed_ids(&source(&KAUFLAND), &answer, &heads(&[as_read(1)])), [two]);
    let stored = Known { id: "MARKT1/S77/T1".to_owned(), began_at: START, ..Known::default() };
    let events = page(&target, &[event(1, "T1", "Channel:Ticket")], false);
    assert_eq!(changed_ids(&source(&JTL_SCX), &events, &[stored]), ["MARKT1/S77/T1"]);
}
