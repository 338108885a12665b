//! Crashes, doubles, failures and changes in any order.

use super::*;

#[derive(Debug, Clone)]
enum Mishap {
    /// The worker dies after the call, and nothing is stored.
    Dies,
    /// The answer is applied twice.
    Doubles,
    /// The marketplace fails.
    Fails,
    /// A ticket changes at the marketplace between the calls.
    Changes(usize),
    Nothing,
}

fn any_mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        1 => Just(Mishap::Dies),
        1 => Just(Mishap::Doubles),
        1 => Just(Mishap::Fails),
        3 => (0usize..45).prop_map(Mishap::Changes),
        4 => Just(Mishap::Nothing),
    ]
}

/// The tickets at the marketplace: a version that the list shows, and one that only the thread has.
struct World(Vec<(usize, u32, u32)>);

impl World {
    fn item(&self, id: usize, is_whole: bool) -> Value {
        let (_, version, thread) = self.0.iter().find(|(known, ..)| *known == id).unwrap();
        let mut item = kaufland(u32::try_from(id).unwrap(), *version, *version);
        if is_whole {
            item["messages"] = json!([{ "id_ticket_message": thread }]);
        }
        item
    }

    fn answer(&self, call: &Call) -> (Vec<Value>, bool) {
        if !matches!(call.target, Target::Page { .. }) {
            let id = call.arguments[0].as_str().unwrap()[3..].parse().unwrap();
            return (vec![self.item(id, true)], false);
        }
        let asked = parameters(call);
        let mut order: Vec<_> = self.0.iter().collect();
        if asked["sort"] == "ts_updated_iso:desc" {
            order.sort_by_key(|(id, version, _)| (std::cmp::Reverse(*version), *id));
        }
        let from = asked["ts_updated_from_iso"].as_str().and_then(parse_date_time).unwrap_or_default();
        let found: Vec<_> = order
            .into_iter()
            .filter(|(_, version, _)| START + f64::from(*version) * 1000.0 >= from)
            .map(|(id, ..)| self.item(*id, false))
            .collect();
        let offset = usize::try_from(asked["offset"].as_u64().unwrap()).unwrap();
        let end = (offset + 30).min(found.len());
        (found[offset.min(end)..end].to_vec(), end < found.len())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_is_lost_or_doubled(mishaps in proptest::collection::vec(any_mishap(), 0..60)) {
        let mut world = World((0..45).map(|id| (id, u32::try_from(id).unwrap(), 1)).collect());
        let mut desk = Desk::new(&KAUFLAND, &[Flow::Hot, Flow::Recent, Flow::Sweep]);
        let mut clock = 1000_u32;
        let mut mishaps = mishaps.into_iter();
        let mut calm = 0;
        for _ in 0..3_000 {
            let found = desk.plan(5);
            if found.steps.is_empty() {
                // The day after the last mishap, all streams have run once more.
                calm += usize::from(mishaps.len() == 0);
                if calm > 4 {
                    break;
                }
                desk.now = found.wake_at.unwrap().max(desk.now) + if calm > 0 { DAY_MS } else { 1.0 };
                continue;
            }
            for step in found.steps {
                prop_assert!(desk.lease(&step));
                let last = step.calls.len() - 1;
                for (index, call) in step.calls.iter().enumerate() {
                    desk.now += 10.0;
                    let mishap = mishaps.next().unwrap_or(Mishap::Nothing);
                    let began_at = desk.now;
                    let (items, more) = world.answer(call);
                    let mut page = Page { began_at, is_last: index == last, ..page(&call.target, &items, more) };
                    match mishap {
                        Mishap::Dies => break,
                        Mishap::Fails => page.answer = Err(failure("server", None)),
                        Mishap::Changes(id) => {
                            clock += 1;
                            let ticket = &mut world.0[id];
                            // Every third change is a letter that no list shows.
                            *ticket = (ticket.0, if clock.is_multiple_of(3) { ticket.1 } else { clock }, ticket.2 + 1);
                        }
                        Mishap::Doubles | Mishap::Nothing => {}
                    }
                    desk.apply(step.stream.flow, &page);
                    if matches!(mishap, Mishap::Doubles) {
                        let written = desk.written;
                        desk.apply(step.stream.flow, &page);
                        prop_assert_eq!(desk.written, written);
                    }
                }
            }
        }
        prop_assert_eq!(desk.rows.len(), 45);
        for (id, ..) in &world.0 {
            let row = &desk.rows[&format!("001{id:08}")];
            prop_assert_eq!(serde_json::from_str::<Value>(&row.raw.ticket.to_string()).unwrap(), world.item(*id, true));
        }
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_written(pages in 0u32..9, offset in 0u64..200, bound in proptest::option::of("[0-9T:-]{0,9}")) {
        let place = Place { offset, bound, again: pages % 2 == 0 };
        let run = Run { began_at: START, place, pages, seen: vec![u64::MAX, 0], newest: Some("x".into()), ..Run::default() };
        let detail = (KAUFLAND.desk.reading.details)(&tree(&kaufland(1, 1, 1))).remove(0);
        let jobs = vec![Job { ticket: "1".into(), work: Work::Read { detail, offset, so_far: vec![tree(&json!({ "a": [1.5, null] }))] }, failures: 1 }];
        let stream = Stream { run: Some(run), jobs, ..Stream::new("a", Flow::Sweep) };
        let text = serde_json::to_string(&stream).unwrap();
        prop_assert_eq!(serde_json::from_str::<Stream>(&text).unwrap(), stream);
    }
}
