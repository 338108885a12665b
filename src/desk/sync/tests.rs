use super::*;
use crate::marketplaces::{clickbank::CLICKBANK, jtl_scx::JTL_SCX, kaufland::KAUFLAND, magalu::MAGALU, probo::PROBO};
use crate::vendor::desk::{Mapping, Raw, Reading};
use crate::wire::time::{format_date_time, parse_date_time};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

mod ends;
mod mishaps;

/// 2026-03-02T00:00:00Z.
const START: f64 = 1_772_409_600_000.0;

fn tree(value: &Value) -> Json {
    Json::read(value.to_string().as_bytes()).unwrap()
}

fn with_events() -> Account {
    Account { ticket_events: vec!["Channel:Ticket".to_owned()], ..Account::default() }
}

fn page(target: &Target, items: &[Value], more: bool) -> Page {
    let answer = Ok((items.iter().map(tree).collect(), more));
    Page { target: target.clone(), began_at: START, answer, is_last: true }
}

fn failure(code: &str, retry_after_ms: Option<f64>) -> Failure {
    Failure { code: code.to_owned(), retry_after_ms, is_missing: code == "not_found", is_cut: false }
}

/// The items, and whether more follow.
type Answer = Result<(Vec<Value>, bool), Failure>;

/// A small store: the rows and the checkpoint of one stream.
struct Desk {
    marketplace: &'static Marketplace,
    account: Account,
    streams: Vec<Stream>,
    rows: BTreeMap<String, Known>,
    written: usize,
    gone: Vec<String>,
    swept: Vec<Swept>,
    now: f64,
}

impl Desk {
    fn new(marketplace: &'static Marketplace, flows: &[Flow]) -> Self {
        let streams = flows.iter().map(|flow| Stream::new("a", *flow)).collect();
        let account = with_events();
        Self {
            marketplace,
            account,
            streams,
            rows: BTreeMap::new(),
            written: 0,
            gone: vec![],
            swept: vec![],
            now: START,
        }
    }

    fn plan(&self, calls: u32) -> Plan {
        let sources: Vec<_> = self.streams.iter().map(|stream| self.source(stream)).collect();
        plan(&sources, self.now, &Budget { calls, ..Budget::default() })
    }

    fn source<'a>(&'a self, stream: &'a Stream) -> Source<'a> {
        Source { stream, marketplace: self.marketplace, account: &self.account }
    }

    fn place(&self, stream: &Stream) -> usize {
        self.streams.iter().position(|other| other.flow == stream.flow).unwrap()
    }

    /// Takes the lease of a step, if the stored checkpoint is the one that was planned from.
    fn lease(&mut self, step: &Step) -> bool {
        let at = self.place(&step.stream);
        let is_free = self.streams[at].version + 1 == step.stream.version;
        if is_free {
            self.streams[at] = step.stream.clone();
        }
        is_free
    }

    fn apply(&mut self, flow: Flow, page: &Page) -> Applied {
        let at = self.streams.iter().position(|stream| stream.flow == flow).unwrap();
        let stream = self.streams[at].clone();
        let source = self.source(&stream);
        let known: Vec<_> = ids_of(&source, page).iter().filter_map(|id| self.rows.get(id).cloned()).collect();
        let changed = changed_ids(&source, page, &heads(&known));
        let needed = known.iter().map(|row| if changed.contains(&row.id) { row.clone() } else { head(row) });
        let applied = apply(&source, page, &needed.collect::<Vec<_>>(), self.now);
        assert_eq!(applied, apply(&source, page, &known, self.now), "the other parts are not needed");
        for row in &applied.rows {
            let before = self.rows.get(&row.id);
            assert!(before.is_none_or(|before| before.began_at <= row.began_at), "the fence is checked before");
            self.written += 1;
            let RowWrite { id, began_at, listed, raw, .. } = row.clone();
            self.rows.insert(id.clone(), Known { id, began_at, listed, raw, is_forgotten: false });
        }
        self.streams[at] = applied.stream.clone();
        self.gone.extend(applied.gone.clone());
        self.swept.extend(applied.swept.clone());
        applied
    }

    /// Makes all calls until nothing is due, and returns how many there were.
    fn run(&mut self, answer: &mut dyn FnMut(&Call, f64) -> Answer) -> usize {
        let mut calls = 0;
        loop {
            let steps = self.plan(40).steps;
            if steps.is_empty() {
                return calls;
            }
            for step in steps {
                assert!(self.lease(&step));
                let last = step.calls.len() - 1;
                for (index, call) in step.calls.iter().enumerate() {
                    assert!(obeys(self.marketplace, call, &Settings::default()), "{call:?}");
                    calls += 1;
                    assert!(calls < 20_000, "it ends");
                    self.now += 10.0;
                    let began_at = self.now;
                    let answer = answer(call, began_at).map(|(items, more)| (items.iter().map(tree).collect(), more));
                    self.now += 10.0;
                    let page = Page { target: call.target.clone(), began_at, answer, is_last: index == last };
                    self.apply(step.stream.flow, &page);
                }
            }
        }
    }
}

/// A stored ticket without its parts.
fn head(row: &Known) -> Known {
    Known { raw: Raw::default(), ..row.clone() }
}

fn heads(rows: &[Known]) -> Vec<Known> {
    rows.iter().map(head).collect()
}

fn parameters(call: &Call) -> Value {
    serde_json::from_str(&call.arguments.last().unwrap().to_string()).unwrap()
}

// --- plan ----------------------------------------------------------------------------------------

#[test]
fn the_urgent_streams_come_first() {
    let account = Account::default();
    let stream = |account: &str, flow, due_at| Stream { due_at, read_at: Some(0.0), ..Stream::new(account, flow) };
    let streams = [
        stream("a", Flow::Sweep, 0.0),
        stream("a", Flow::Recent, 5.0),
        stream("a", Flow::Hot, 9.0),
        stream("b", Flow::Hot, 3.0),
        stream("c", Flow::Hot, START + 50.0),
        Stream { lease_until: START + 20.0, ..stream("d", Flow::Hot, 0.0) },
    ];
    let sources: Vec<_> =
        streams.iter().map(|stream| Source { stream, marketplace: &KAUFLAND, account: &account }).collect();
    let order = |calls| {
        let found = plan(&sources, START, &Budget { calls, ..Budget::default() });
        let steps = found.steps.iter().map(|step| (step.stream.account.clone(), step.stream.flow)).collect::<Vec<_>>();
        (steps, found.wake_at)
    };
    let owned =
        |list: &[(&str, Flow)]| list.iter().map(|(account, flow)| ((*account).to_owned(), *flow)).collect::<Vec<_>>();
    let all = [("b", Flow::Hot), ("a", Flow::Hot), ("a", Flow::Recent), ("a", Flow::Sweep)];
    assert_eq!(order(40), (owned(&all), Some(START + 20.0)));
    // What the budget does not reach is due at once.
    assert_eq!(order(2), (owned(&all[..2]), Some(START)));
    assert_eq!(order(0), (vec![], Some(START)));
    let step = &plan(&sources, START, &Budget { calls: 1, ..Budget::default() }).steps[0];
    assert_eq!((step.stream.lease_until, step.stream.version), (START + LEASE_MS, 1));
}

#[test]
fn a_new_account_reads_no_ticket_twice() {
    let all: Vec<_> = (0..120).map(|id| magalu(id, id)).collect();
    let mut desk = Desk::new(&MAGALU, &[Flow::Hot, Flow::Recent, Flow::Sweep]);
    let planned = |desk: &Desk| desk.plan(40).steps.iter().map(|step| step.stream.flow).collect::<Vec<_>>();
    assert_eq!(planned(&desk), [Flow::Hot]);
    let mut threads = 0;
    desk.run(&mut |call, _| {
        threads += usize::from(matches!(call.target, Target::Part { .. }));
        magalu_page(&all, call, 50)
    });
    assert_eq!((threads, desk.rows.len()), (120, 120));
    assert!(desk.streams.iter().all(|stream| stream.read_at.is_some()));
    // The next sweep looks into the open ones again.
    desk.now = desk.streams[2].due_at;
    desk.run(&mut |call, _| {
        threads += usize::from(matches!(call.target, Target::Part { .. }));
        magalu_page(&all, call, 50)
    });
    assert_eq!(threads, 240);

    // A stream that fails keeps no other one waiting.
    let mut desk = Desk::new(&MAGALU, &[Flow::Hot, Flow::Recent, Flow::Sweep]);
    desk.streams[0].failures = 1;
    desk.streams[0].retry_at = START + 5_000.0;
    assert_eq!(planned(&desk), [Flow::Recent]);
}

#[test]
fn no_stream_waits_for_one_that_is_not_read() {
    // It has no list of what is urgent.
    let lists =
        |flow, span: &Span<'_>| if flow == Flow::Hot { vec![] } else { (MAGALU.desk.reading.lists)(flow, span) };
    let desk = Mapping { reading: Reading { lists, ..MAGALU.desk.reading }, ..*MAGALU.desk };
    let marketplace = Box::leak(Box::new(Marketplace { desk: Box::leak(Box::new(desk)), ..MAGALU }));
    let desk = Desk::new(marketplace, &[Flow::Hot, Flow::Recent, Flow::Sweep]);
    let plan = desk.plan(40);
    assert_eq!(plan.steps.iter().map(|step| step.stream.flow).collect::<Vec<_>>(), [Flow::Recent]);
}

#[test]
fn a_part_of_the_days_calls_is_left_to_people() {
    let account = Account::default();
    let stream = Stream::new("a", Flow::Hot);
    for (used, marketplace, steps) in [
        (0, &CLICKBANK, 1),
        (19_999, &CLICKBANK, 1),
        (20_000, &CLICKBANK, 0),
        (25_000, &CLICKBANK, 0),
        (25_000, &KAUFLAND, 1),
    ] {
        let source = Source { stream: &stream, marketplace, account: &account };
        let budget = Budget { calls: 40, used_today: [("a".to_owned(), used)].into() };
        let found = plan(&[source], START + 5.0, &budget);
        assert_eq!(found.steps.len(), steps, "{used} at {marketplace:?}");
        assert_eq!(found.wake_at, (steps == 0).then_some(START + DAY_MS));
    }
}

#[test]
fn what_cannot_be_read_is_never_planned() {
    let (none, events) = (Account::default(), with_events());
    for (marketplace, account, flow, steps) in [
        (&PROBO, &none, Flow::Hot, 0),
        (&PROBO, &none, Flow::Sweep, 0),
        (&JTL_SCX, &none, Flow::Hot, 0),
        (&JTL_SCX, &events, Flow::Hot, 1),
        (&JTL_SCX, &events, Flow::Sweep, 0),
    ] {
        let stream = Stream::new("a", flow);
        let found =
            plan(&[Source { stream: &stream, marketplace, account }], START, &Budget { calls: 9, ..Budget::default() });
        assert_eq!((found.steps.len(), found.wake_at), (steps, None), "{marketplace:?} {flow:?}");
    }
}

// --- apply ---------------------------------------------------------------------------------------

fn kaufland(id: u32, updated: u32, version: u32) -> Value {
    json!({
        "id_ticket": format!("001{id:08}"), "ts_updated_iso": format_date_time(START + f64::from(updated) * 1000.0),
        "status": "opened", "is_seller_responsible": version.is_multiple_of(2), "version": version,
    })
}

#[test]
fn a_list_is_read_to_its_end_and_once_more() {
    let mut desk = Desk::new(&KAUFLAND, &[Flow::Recent]);
    let all: Vec<_> = (0..70).rev().map(|id| kaufland(id, id, 0)).collect();
    let mut asked = Vec::new();
    let mut answer = |call: &Call, _: f64| match &call.target {
        Target::Page { .. } => {
            let offset = parameters(call)["offset"].as_u64().unwrap() as usize;
            asked.push(offset);
            Ok((all[offset..(offset + 30).min(70)].to_vec(), offset + 30 < 70))
        }
        _ => Ok((vec![all[69 - call.arguments[0].as_str().unwrap()[3..].parse::<usize>().unwrap()].clone()], false)),
    };
    let calls = desk.run(&mut answer);
    // Each new ticket is read once with its parts.
    assert_eq!((calls, desk.rows.len()), (4 + 70, 70));
    assert_eq!(asked, [0, 30, 60, 0]);
    let stream = &desk.streams[0];
    assert_eq!(stream.watermark.as_deref(), Some("2026-03-02T00:01:09Z"));
    assert!(stream.is_complete && stream.run.is_none() && stream.jobs.is_empty());
    assert_eq!(stream.due_at, START + 300_000.0);
    // The same data once more writes nothing, and reads no ticket.
    let (before, written) = (desk.rows.clone(), desk.written);
    desk.now = stream.due_at;
    let mut since = Vec::new();
    let calls = desk.run(&mut |call, _| {
        since.push(parameters(call)["ts_updated_from_iso"].clone());
        Ok((all[..20].to_vec(), false))
    });
    assert_eq!((calls, desk.written - written), (1, 0));
    assert_eq!(desk.rows, before);
    // The server's own time less the overlap.
    assert_eq!(since, ["2026-03-01T23:56:09Z"]);
}

#[test]
fn rows_that_move_while_they_are_read_are_found() {
    let mut desk = Desk::new(&KAUFLAND, &[Flow::Hot]);
    let mut all: Vec<_> = (0..60).rev().map(|id| kaufland(id, id, 0)).collect();
    let mut pages = 0;
    desk.run(&mut |call, _| match &call.target {
        Target::Page { .. } => {
            pages += 1;
            let offset = parameters(call)["offset"].as_u64().unwrap() as usize;
            let found = (all[offset..(offset + 30).min(all.len())].to_vec(), offset + 30 < all.len());
            if pages == 1 {
                // One that was on the second page changes and comes to the front.
                let mut moved = all.remove(45);
                moved["version"] = json!(2);
                all.insert(0, moved);
            }
            Ok(found)
        }
        _ => Ok((
            vec![all.iter().find(|item| item["id_ticket"] == call.arguments[0].as_str().unwrap()).unwrap().clone()],
            false,
        )),
    });
    assert_eq!(desk.rows.len(), 60);
    let moved = &desk.rows["00100000014"].raw.ticket;
    assert_eq!(moved.get("version").and_then(Json::as_i64), Some(2));
}

fn begun(marketplace: &'static Marketplace, flow: Flow) -> (Desk, Target) {
    let mut desk = Desk::new(marketplace, &[flow]);
    let step = desk.plan(1).steps.remove(0);
    assert!(desk.lease(&step));
    (desk, step.calls[0].target.clone())
}

#[test]
fn a_late_answer_changes_nothing() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    let first = page(&target, &[kaufland(1, 1, 0)], true);
    assert_eq!(desk.apply(Flow::Hot, &first).rows.len(), 1);
    let before = desk.streams.clone();
    let again = desk.apply(Flow::Hot, &first);
    assert_eq!((again.rows, desk.streams.clone()), (vec![], before));
    // A read that began before the stored one does not replace it.
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    desk.apply(Flow::Hot, &Page { began_at: START + 50.0, ..page(&target, &[kaufland(1, 1, 2)], true) });
    let step_target = Target::Part { ticket: "00100000001".into(), part: "ticket".into(), offset: 0 };
    let late =
        desk.apply(Flow::Hot, &Page { began_at: START + 40.0, ..page(&step_target, &[kaufland(1, 1, 0)], false) });
    assert_eq!(late.rows, []);
}

#[test]
fn one_odd_item_hides_no_others() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    let odd = json!({ "status": "opened" });
    let applied =
        desk.apply(Flow::Hot, &page(&target, &[kaufland(1, 1, 0), odd.clone(), json!(5), kaufland(2, 2, 0)], false));
    assert_eq!((applied.rows.len(), applied.odd), (2, vec![tree(&odd), tree(&json!(5))]));
}

#[test]
fn what_a_single_read_told_survives_a_list() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    desk.apply(Flow::Hot, &page(&target, &[kaufland(1, 1, 0)], false));
    let part = Target::Part { ticket: "00100000001".into(), part: "ticket".into(), offset: 0 };
    let mut whole = kaufland(1, 1, 0);
    whole["messages"] = json!([{ "text": "a" }]);
    whole["storefront"] = json!("de");
    desk.apply(Flow::Hot, &page(&part, &[whole], false));
    desk.now += 60_000.0;
    let step = desk.plan(1).steps.remove(0);
    assert!(desk.lease(&step));
    let listed = Page { began_at: desk.now, ..page(&step.calls[0].target, &[kaufland(1, 9, 3)], false) };
    let applied = desk.apply(Flow::Hot, &listed);
    let row = &applied.rows[0].raw.ticket;
    assert_eq!(row.get("storefront").and_then(Json::as_str), Some("de"));
    assert_eq!(row.get("version").and_then(Json::as_i64), Some(3));
    // The addresses of files change at every read, and nothing else does.
    let files = |uri: &str| tree(&json!({ "files": [{ "filename": "a", "uri": uri }], "b": 1 }));
    let swapped = tree(&json!({ "b": 1, "files": [{ "uri": "3", "filename": "a" }] }));
    let revision = |json: &Json| crate::desk::revision_of(KAUFLAND.desk, json);
    assert_eq!(revision(&files("1")), revision(&files("2")));
    assert_eq!(revision(&files("1")), revision(&swapped));
    assert_ne!(revision(&files("1")), revision(&tree(&json!({ "files": [{ "filename": "b" }], "b": 1 }))));
}

#[test]
fn a_failure_waits_longer_each_time() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    let failed = |retry| Page { answer: Err(failure("rate_limited", retry)), ..page(&target, &[], false) };
    let mut waits = Vec::new();
    for retry in [None, None, Some(60_000.0), None] {
        desk.apply(Flow::Hot, &failed(retry));
        waits.push(desk.streams[0].ready_at() - desk.now);
    }
    assert_eq!(waits, [5_000.0, 10_000.0, 60_000.0, 40_000.0]);
    assert_eq!((desk.streams[0].failures, desk.streams[0].error.as_deref()), (4, Some("rate_limited")));
    for _ in 0..40 {
        desk.apply(Flow::Hot, &failed(None));
    }
    assert_eq!(desk.streams[0].ready_at() - desk.now, 300_000.0);
    // The walk goes on where it was.
    desk.apply(Flow::Hot, &page(&target, &[kaufland(1, 1, 0)], false));
    assert_eq!((desk.streams[0].failures, desk.streams[0].error.clone(), desk.rows.len()), (0, None, 1));
}

#[test]
fn a_call_that_our_own_time_ended_is_no_failure_of_the_account() {
    let (mut desk, target) = begun(&MAGALU, Flow::Recent);
    desk.apply(Flow::Recent, &page(&target, &[magalu(1, 1)], true));
    let step = desk.plan(1).steps.remove(0);
    assert!(desk.lease(&step));
    let answer = Err(Failure { is_cut: true, ..failure("timeout", None) });
    let cut = Page { target: step.calls[0].target.clone(), began_at: desk.now, answer, is_last: true };
    let stream = desk.apply(Flow::Recent, &cut).stream;
    assert_eq!((stream.failures, stream.error, stream.retry_at), (0, None, 0.0));
    // The same call is due at once.
    assert_eq!(desk.plan(1).steps.remove(0).calls, step.calls);
}

#[test]
fn a_part_that_fails_does_not_hold_the_others_up() {
    let (mut desk, target) = begun(&KAUFLAND, Flow::Hot);
    desk.apply(Flow::Hot, &page(&target, &[kaufland(1, 1, 0), kaufland(2, 2, 0), kaufland(3, 3, 0)], false));
    desk.now += 1.0;
    let mut asked = BTreeMap::new();
    for _ in 0..12 {
        let calls = desk.run(&mut |call, _| {
            let id = call.arguments[0].as_str().unwrap().to_owned();
            *asked.entry(id.clone()).or_insert(0) += 1;
            match id.as_str() {
                "00100000001" => Err(failure("server", None)),
                "00100000002" => Err(failure("not_found", None)),
                _ => Ok((vec![kaufland(3, 3, 9)], false)),
            }
        });
        assert!(calls < 20);
        if desk.streams[0].jobs.is_empty() {
            break;
        }
        desk.now = desk.streams[0].ready_at();
    }
    assert_eq!(
        asked,
        [("00100000001".to_owned(), 5), ("00100000002".to_owned(), 1), ("00100000003".to_owned(), 1)].into()
    );
    assert_eq!((desk.gone.as_slice(), desk.rows.len()), (&["00100000002".to_owned()][..], 3));
}

#[test]
fn a_whole_sweep_finds_what_is_missing() {
    let mut desk = Desk::new(&KAUFLAND, &[Flow::Sweep]);
    let mut listed: Vec<_> = (0..5).map(|id| kaufland(id, id, 0)).collect();
    let mut threads = 0;
    let mut answer = |listed: &[Value], call: &Call| match &call.target {
        Target::Page { .. } => Ok((listed.to_vec(), false)),
        _ => {
            threads += 1;
            Ok((vec![kaufland(1, 1, 0)], false))
        }
    };
    desk.run(&mut |call, _| answer(&listed, call));
    listed.remove(2);
    desk.now = desk.streams[0].due_at;
    desk.run(&mut |call, _| answer(&listed, call));
    // Nothing had changed in the list, and still the open threads were read.
    assert_eq!(threads, 5 + 4);
    let [_, swept] = &desk.swept[..] else { panic!("two sweeps") };
    let stored: Vec<_> = desk.rows.values().map(|row| (row.id.clone(), START)).collect();
    assert_eq!(swept.missing(&stored), ["00100000002"]);
    // One that came while the sweep was going on is not missing.
    assert_eq!(swept.missing(&[("new".to_owned(), swept.began_at + 1.0)]), Vec::<&str>::new());
}

#[test]
fn a_sweep_reads_closed_tickets_that_have_changed_since_the_last_one() {
    let mut desk = Desk::new(&KAUFLAND, &[Flow::Recent, Flow::Sweep]);
    let closed = |id, second| {
        let mut item = kaufland(id, second, 0);
        item["status"] = json!("both_closed");
        item
    };
    let read = |desk: &mut Desk, second: u32| {
        let all = [closed(2, second), closed(1, 0)];
        let mut read = Vec::new();
        desk.run(&mut |call, _| match &call.target {
            Target::Page { .. } => Ok((all.to_vec(), false)),
            _ => {
                let id = call.arguments[0].as_str().unwrap().to_owned();
                let item = all.iter().find(|item| item["id_ticket"] == id.as_str()).unwrap();
                read.push(id);
                Ok((vec![item.clone()], false))
            }
        });
        read
    };
    let to_next_sweep = |desk: &mut Desk| desk.now = desk.streams[1].due_at;
    read(&mut desk, 0);
    for _ in 0..2 {
        to_next_sweep(&mut desk);
        read(&mut desk, 0);
    }
    // It is closed, and read before the marketplace shows its last message.
    desk.now += 40_000_000.0;
    let second = ((desk.now - START) / 1000.0) as u32;
    assert_eq!(read(&mut desk, second), ["00100000002"]);
    // No list shows the message. The next sweep reads it once more, and the one after that does not.
    for expected in [&["00100000002"][..], &[][..]] {
        to_next_sweep(&mut desk);
        assert_eq!(read(&mut desk, second), expected);
    }
}

// --- Magalu: by offset, and then by time --------------------------------------------------------

fn magalu(id: usize, second: usize) -> Value {
    let at = format_date_time(START + second as f64 * 1000.0);
    json!({ "id": format!("t{id}"), "status": "waiting", "created_at": at.trim_end_matches('Z'), "updated_at": at.trim_end_matches('Z') })
}

/// Reads a list as Magalu shows it: by `updated_at`, with offsets of at most 100.
fn magalu_page(all: &[Value], call: &Call, size: usize) -> Answer {
    if !matches!(call.target, Target::Page { .. }) {
        return Ok((vec![json!({ "id": "m", "message": "x" })], false));
    }
    let asked = parameters(call);
    let from = asked["updated_at_gte"].as_str().unwrap_or_default().to_owned();
    let found: Vec<_> =
        all.iter().filter(|item| item["updated_at"].as_str().unwrap() >= from.as_str()).cloned().collect();
    let offset = asked["_offset"].as_u64().unwrap() as usize;
    assert!(offset <= 100);
    let end = (offset + size).min(found.len());
    Ok((found[offset.min(end)..end].to_vec(), end < found.len()))
}

#[test]
fn a_long_list_goes_on_by_time() {
    for size in [10, 50, 100] {
        let all: Vec<_> = (0..950).map(|id| magalu(id, id / 3)).collect();
        let mut desk = Desk::new(&MAGALU, &[Flow::Recent]);
        desk.run(&mut |call, _| magalu_page(&all, call, size));
        assert_eq!((desk.rows.len(), desk.streams[0].is_complete), (950, true), "{size}");
        assert_eq!(desk.streams[0].watermark.as_deref(), Some("2026-03-02T00:05:16"));
        // The next run begins at the marketplace's own text.
        desk.now = desk.streams[0].due_at;
        let step = desk.plan(1).steps.remove(0);
        assert_eq!(parameters(&step.calls[0])["updated_at_gte"], "2026-03-02T00:05:16");
    }
}

#[test]
fn more_of_one_moment_than_can_be_reached_is_said() {
    let all: Vec<_> = (0..300).map(|id| magalu(id, if id < 250 { 5 } else { 6 + id })).collect();
    let mut desk = Desk::new(&MAGALU, &[Flow::Recent]);
    desk.run(&mut |call, _| magalu_page(&all, call, 50));
    // 150 of the 250 can be reached, and all that come later.
    assert_eq!((desk.rows.len(), desk.streams[0].is_complete), (200, false));
    let later = magalu(299, 305)["updated_at"].as_str().unwrap().to_owned();
    assert_eq!(desk.streams[0].watermark, Some(later));
}

#[test]
fn a_marketplace_that_never_ends_is_cut() {
    // It ignores every parameter, and says that more follow.
    let all: Vec<_> = (0..10).map(|id| magalu(id, id)).collect();
    for flow in [Flow::Hot, Flow::Recent, Flow::Sweep] {
        let mut desk = Desk::new(&MAGALU, &[flow]);
        let calls = desk.run(&mut |call, _| match call.target {
            Target::Page { .. } => Ok((all.clone(), true)),
            _ => Ok((vec![], false)),
        });
        assert!(calls < 100 && !desk.streams[0].is_complete, "{flow:?}: {calls}");
    }
    let mut desk = Desk::new(&CLICKBANK, &[Flow::Hot]);
    let calls = desk.run(&mut |_, _| Ok((vec![], true)));
    assert_eq!((calls, desk.streams[0].is_complete), (8, false));
    let mut desk = Desk::new(&MAGALU, &[Flow::Recent]);
    let calls = desk.run(&mut |call, _| match call.target {
        Target::Page { .. } => Ok((vec![magalu(1, 1)], false)),
        // A thread whose pages never end.
        _ => Ok((vec![json!({ "id": "m" })], true)),
    });
    assert!(calls <= 40, "{calls}");
}

// --- ClickBank: by number, in windows of days ----------------------------------------------------

#[test]
fn numbered_pages_are_read_until_there_are_no_more() {
    let mut desk = Desk::new(&CLICKBANK, &[Flow::Hot]);
    let ticket = |id: u64| json!({ "ticketid": id.to_string(), "updateTime": "2026-03-01T10:00:00-08:00" });
    let mut asked = Vec::new();
    desk.run(&mut |call, _| {
        let parameters = parameters(call);
        let (status, number) =
            (parameters["status"].as_str().unwrap().to_owned(), parameters["page"].as_u64().unwrap());
        asked.push((status.clone(), number));
        // 206 decides, not how many there are.
        let base = if status == "open" { 0 } else { 100 };
        Ok((vec![ticket(base + number)], status == "open" && number < 3))
    });
    let owned =
        |list: &[(&str, u64)]| list.iter().map(|(status, number)| ((*status).to_owned(), *number)).collect::<Vec<_>>();
    assert_eq!(asked, owned(&[("open", 1), ("open", 2), ("open", 3), ("reopened", 1)]));
    assert_eq!(desk.rows.len(), 4);
}

// --- JTL-SCX: stored first, then acknowledged ----------------------------------------------------

fn event(id: u32, ticket: &str, r#type: &str) -> Value {
    json!({ "id": format!("e{id}"), "type": r#type, "event": { "channel": "MARKT1", "sellerId": "S77", "ticketId": ticket } })
}

#[test]
fn events_are_stored_and_then_acknowledged() {
    let mut desk = Desk::new(&JTL_SCX, &[Flow::Hot]);
    let queue = vec![
        event(1, "T1", "Channel:Ticket"),
        event(2, "T2", "Channel:Ticket"),
        event(3, "T1", "Channel:Ticket"),
        // The filter let one through that belongs to the ERP.
        event(4, "T1", "Channel:Order"),
        json!({ "id": "e5", "type": "Channel:Ticket", "event": null }),
    ];
    let mut acknowledged = Vec::new();
    let mut answer = |call: &Call, fails: bool| {
        if call.operation == "seller.listEvents" {
            return Ok((queue.clone(), false));
        }
        acknowledged.push(call.arguments[0].to_string());
        if fails { Err(failure("server", None)) } else { Ok((vec![], false)) }
    };
    let mut tries = 0;
    desk.run(&mut |call, _| {
        tries += usize::from(call.operation != "seller.listEvents");
        answer(call, tries == 1)
    });
    // The first acknowledgement failed; it is made again, and nothing is read before.
    desk.now = desk.streams[0].ready_at();
    desk.run(&mut |call, _| answer(call, false));
    let events: Vec<_> = desk.rows.values().map(|row| row.raw.messages.as_array().unwrap().len()).collect();
    assert_eq!(
        (desk.rows.keys().map(String::as_str).collect::<Vec<_>>(), events),
        (vec!["MARKT1/S77/T1", "MARKT1/S77/T2"], vec![2, 1])
    );
    // They come again until they are acknowledged, and are not stored twice.
    let written = desk.written;
    desk.now = desk.streams[0].due_at;
    desk.run(&mut |call, _| answer(call, false));
    assert_eq!(desk.written, written);
    assert_eq!(acknowledged, [r#"["e1","e2","e3"]"#; 3]);
}
