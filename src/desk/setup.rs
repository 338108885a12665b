//! What a user sets for a desk and its accounts, what a person changes on a ticket, and what a
//! person gives for an action: read from untyped input, with all violations at once.

use super::deadlines::{Holidays, Policy};
use super::views::Local;
use crate::attachment::Attachment;
use crate::rules::input::{Fields, FromInput, join, wrong_type};
use crate::rules::violation::{Violation, Violations, check_range, check_text_length};
use crate::rules::words::{Bytes, Count, Name, words};
use crate::vendor::desk::Account;
use crate::vendor::desk::Limits;
use crate::vendor::desk::action::{Given, MOST_FILE_BYTES};
use crate::wire::json::Json;

/// *Ours*: the longest note, and the longest name of a person.
const MOST_NOTE: usize = 10_000;
const MOST_NAME: usize = 200;
/// *Ours*: the longest draft: more than any marketplace takes.
const MOST_DRAFT: usize = 100_000;
/// *Ours*: the longest retention: a century.
const MOST_DAYS: i64 = 36_525;
/// A day of 24 hours.
const DAY_MS: f64 = 86_400_000.0;

/// The settings of a desk.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The calendars of working days that replace the marketplaces' own.
    pub holidays: Holidays,
    /// The user's own rule for tickets without a deadline.
    pub policy: Option<Policy>,
    /// How long closed tickets are kept, in milliseconds.
    pub closed_ms: Option<f64>,
}

impl FromInput for Setup {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let holidays = fields.take("holidays");
        let policy = fields.take("policy");
        let retention: Option<Json> = fields.take("retention");
        fields.deny_unknown(&["holidays", "policy", "retention"]);
        let days: Option<i64> = retention.and_then(|retention| {
            let path = join(field, "retention");
            let mut fields = Fields::new(retention, &path, violations);
            let days = fields.take("closedDays");
            fields.deny_unknown(&["closedDays"]);
            if let Some(days) = days {
                check_range(violations, &join(&path, "closedDays"), days, 1, MOST_DAYS);
            }
            days
        });
        Self { holidays, policy, closed_ms: days.map(|days| days as f64 * DAY_MS) }
    }
}

/// What a user tells about an account.
impl FromInput for Account {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let is_channel: Option<bool> = fields.take("isChannel");
        let is_blocked: Option<bool> = fields.take("blocked");
        let scopes = fields.take("scopes");
        let partial_refunds = fields.take("partialRefunds");
        let ticket_events: Option<Vec<String>> = fields.take("ticketEvents");
        let profile: Option<Json> = fields.take("profile");
        fields.deny_unknown(&["isChannel", "blocked", "scopes", "partialRefunds", "ticketEvents", "profile"]);
        let writer = profile.map(|profile| {
            let path = join(field, "profile");
            let mut fields = Fields::new(profile, &path, violations);
            let given: [Json; 2] = [fields.take("code"), fields.take("name")];
            fields.deny_unknown(&["code", "name"]);
            let mut read = |name: &str, given: &Json| {
                let field = join(&path, name);
                // One that is no text is reported once.
                if let Some(text) = given.as_str() {
                    check_text_length(violations, &field, text, 1, MOST_NAME);
                }
                String::from_input(given.clone(), &field, violations)
            };
            let [code, name] = &given;
            (read("code", code), read("name", name))
        });
        Self {
            is_channel: is_channel.unwrap_or_default(),
            is_blocked: is_blocked.unwrap_or_default(),
            scopes,
            writer,
            partial_refunds,
            ticket_events: ticket_events.unwrap_or_default(),
        }
    }
}

impl Local {
    /// Returns the local facts after a person's change. A field that is given as `null` is emptied,
    /// and one that is not given stays. `moved_at` is the newest news that the person knew of: news
    /// are compared with it and not with the desk's clock, which may be ahead of the marketplace's,
    /// and is finer than the seconds in which some marketplaces tell times.
    #[must_use]
    pub fn changed(&self, change: Json, moved_at: Option<f64>, now_ms: f64, violations: &mut Violations) -> Self {
        let known_ms = moved_at.unwrap_or(now_ms);
        let mut fields = Fields::new(change, "", violations);
        let mut next = self.clone();
        if fields.has("seen") {
            let is_seen: Option<bool> = fields.take("seen");
            next.seen_at = is_seen.unwrap_or_default().then_some(known_ms);
        }
        if fields.has("done") {
            let is_done: Option<bool> = fields.take("done");
            next.done_at = is_done.unwrap_or_default().then_some(known_ms);
        }
        if fields.has("snoozedUntil") {
            let until: Option<f64> = fields.take("snoozedUntil");
            next.snoozed = until.map(|until| (known_ms, until));
            // Neither a `NaN` nor an infinite time is later.
            if until.is_some_and(|until| !(until > now_ms && until.is_finite())) {
                let text = words!("not_later", [], "`{field}` is not later than now", "give milliseconds since 1970");
                fields.report(Violation::of("snoozedUntil", text, ()));
            }
        }
        let texts = [("note", &mut next.note, MOST_NOTE), ("assignee", &mut next.assignee, MOST_NAME)];
        let mut given = Vec::new();
        for (name, place, most) in texts.into_iter().chain([("draft", &mut next.draft, MOST_DRAFT)]) {
            if fields.has(name) {
                let text: Option<String> = fields.take(name);
                *place = text.filter(|text| !text.is_empty());
                given.push((name, place.clone(), most));
            }
        }
        fields.deny_unknown(&["seen", "done", "snoozedUntil", "note", "assignee", "draft"]);
        for (name, text, most) in given {
            check_text_length(violations, name, text.as_deref().unwrap_or("-"), 1, most);
        }
        next
    }
}

/// The fields of [`Given`] as a person's program gives them. The time and the code are the desk's.
/// Of files they have what the rules ask about; the host holds the content.
impl FromInput for Given {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let text = fields.take("text");
        let files: Option<Vec<Json>> = fields.take("files");
        // The files of an earlier letter are among the files when they come here.
        let _: Json = fields.take("filesOf");
        let choice = fields.take("choice");
        let wants_reply = fields.take("wantsReply");
        let more: Json = fields.take("more");
        fields.deny_unknown(&["text", "files", "filesOf", "choice", "wantsReply", "more"]);
        let more = match more {
            Json::Absent => Vec::new(),
            Json::Map(entries) => entries,
            other => {
                violations.push(wrong_type(&join(field, "more"), &other, "an object of further parameters"));
                Vec::new()
            }
        };
        Self { text, files: files.unwrap_or_default(), choice, wants_reply, more, ..Self::default() }
    }
}

/// Returns the violation of an action that cannot be taken.
#[must_use]
pub fn refused(action: &str, why: &str) -> Violation {
    let said = words!(
        "action_not_allowed",
        ["action", "why"],
        "the action is not possible: {why}",
        "read the ticket, whose `actions` tell what is possible"
    );
    Violation::of("action", said, (Name(action), Name(why)))
}

/// Returns what is wrong with the number and the size of files, beside the rules of the operation.
#[must_use]
pub fn check_files(limits: &Limits, files: &[Json]) -> Vec<Violation> {
    let mut violations = Violations::new();
    let most = limits.files.map_or(Some(0), |files| files.most);
    if let Some(max) = most.filter(|max| files.len() > *max) {
        let words = words!(
            "too_many_files",
            ["max", "length"],
            "`{field}` has {length} files, more than the {max} that the action takes",
            "give at most {max}",
        );
        violations.add("files", words, (Count(max), Count(files.len())));
    }
    let read =
        |file: &Json| Attachment::from_input(file.clone(), "", &mut Violations::new()).size().unwrap_or_default();
    let total = files.iter().map(read).fold(0, u64::saturating_add);
    if total > MOST_FILE_BYTES {
        let words = words!(
            "too_large",
            ["max", "size"],
            "`{field}` have {size} bytes together, more than {max}",
            "give fewer or smaller files",
        );
        violations.add("files", words, (Bytes(MOST_FILE_BYTES), Bytes(total)));
    }
    violations.into_vec()
}

/// Returns a violation of an operation with the name under which the desk takes the field.
#[must_use]
pub fn renamed(names: &[(&str, &str)], violation: Violation) -> Violation {
    let Violation { field, message, .. } = &violation;
    let found = names.iter().find_map(|(wire, name)| {
        let rest = field.strip_prefix(wire).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))?;
        let own = format!("{name}{rest}");
        Some((message.replace(&format!("`{field}`"), &format!("`{own}`")), own))
    });
    match found {
        Some((message, field)) => Violation { field, message, ..violation },
        None => violation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::desk::action::FileLimit;

    fn tree(text: &str) -> Json {
        Json::read(text.as_bytes()).unwrap()
    }

    fn codes(violations: Violations) -> Vec<String> {
        violations.into_vec().into_iter().map(|found| format!("{} {}", found.field, found.code)).collect()
    }

    fn read<T: FromInput>(text: &str) -> (T, Vec<String>) {
        let mut violations = Violations::new();
        let read = T::from_input(tree(text), "", &mut violations);
        (read, codes(violations))
    }

    #[test]
    fn a_setup_reports_everything_at_once() {
        let (setup, found) = read::<Setup>(r#"{"policy":{"hours":24},"retention":{"closedDays":2}}"#);
        assert_eq!((setup.closed_ms, found), (Some(172_800_000.0), vec![]));
        let wrong = r#"{"policy":{"hours":0},"retention":{"closedDays":0,"x":1},"holidays":1,"y":1}"#;
        let (_, found) = read::<Setup>(wrong);
        let expected = ["holidays wrong_type", "policy.hours out_of_range", "y unknown_field"];
        for one in expected.into_iter().chain(["retention.x unknown_field", "retention.closedDays out_of_range"]) {
            assert!(found.contains(&one.to_owned()), "{one} in {found:?}");
        }
    }

    #[test]
    fn an_action_takes_so_many_files_and_bytes() {
        let file = |size: u64| tree(&format!(r#"{{"filename":"a.png","size":{size},"found":"image/png"}}"#));
        let limits = |most| {
            let files = FileLimit { most, max_bytes: None, max_total_bytes: MOST_FILE_BYTES, types: &[] };
            Limits { files: Some(files), ..Limits::default() }
        };
        let check = |limits: &Limits, files: &[Json]| {
            let found = check_files(limits, files);
            found.iter().map(|found| format!("{} {}", found.field, found.code)).collect::<Vec<_>>()
        };
        assert_eq!(check(&Limits::default(), &[]), Vec::<String>::new());
        assert_eq!(check(&Limits::default(), &[file(1)]), ["files too_many_files"]);
        assert_eq!(check(&limits(Some(1)), &[file(1)]), Vec::<String>::new());
        assert_eq!(check(&limits(Some(1)), &[file(1), file(1)]), ["files too_many_files"]);
        assert_eq!(check(&limits(None), &vec![file(1); 50]), Vec::<String>::new());
        let half = MOST_FILE_BYTES / 2;
        assert_eq!(check(&limits(None), &[file(half), file(half)]), Vec::<String>::new());
        assert_eq!(check(&limits(None), &[file(half), file(half), file(1)]), ["files too_large"]);
        assert_eq!(
            check(&limits(Some(1)), &[file(u64::from(u32::MAX)), file(1)]),
            ["files too_many_files", "files too_large"]
        );
    }

    #[test]
    fn violations_have_the_names_of_what_was_given() {
        let names = &[("message", "text"), ("file", "files[0]")];
        let named = |field: &str| {
            let violation = wrong_type(field, &Json::Int(1), "text");
            let renamed = renamed(names, violation);
            assert!(renamed.message.starts_with(&format!("`{}` is", renamed.field)), "{}", renamed.message);
            renamed.field
        };
        for (wire, own) in [
            ("message", "text"),
            ("file", "files[0]"),
            ("file.filename", "files[0].filename"),
            ("files", "files"),
            ("messages[0]", "messages[0]"),
            ("owner.message", "owner.message"),
        ] {
            assert_eq!(named(wire), own);
        }
    }

    #[test]
    fn an_account_has_a_writer() {
        let (account, found) = read::<Account>(r#"{"profile":{"code":"7","name":"Ana"},"ticketEvents":["T"]}"#);
        assert_eq!(account.writer, Some(("7".to_owned(), "Ana".to_owned())));
        assert_eq!((account.ticket_events, found), (vec!["T".to_owned()], vec![]));
        let (_, found) = read::<Account>(r#"{"profile":{"code":""},"blocked":1}"#);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_person_changes_one_thing_at_a_time() {
        let before = Local { note: Some("a".into()), ..Local::default() };
        for (field, value, moved_at, expected) in [
            ("seen", Json::Bool(true), Some(7.0), Local { seen_at: Some(7.0), ..before.clone() }),
            // Without news, it is what the clock says.
            ("seen", Json::Bool(true), None, Local { seen_at: Some(10.0), ..before.clone() }),
            ("done", Json::Bool(true), Some(7.0), Local { done_at: Some(7.0), ..before.clone() }),
            ("done", Json::Bool(true), None, Local { done_at: Some(10.0), ..before.clone() }),
            ("snoozedUntil", Json::Int(11), None, Local { snoozed: Some((10.0, 11.0)), ..before.clone() }),
            ("draft", "x".into(), None, Local { draft: Some("x".into()), ..before.clone() }),
            // An empty text is none.
            ("draft", "".into(), None, before.clone()),
            ("note", "".into(), None, Local::default()),
        ] {
            let mut violations = Violations::new();
            let change = Json::Map(vec![(field.to_owned(), value.clone())]);
            let after = before.changed(change, moved_at, 10.0, &mut violations);
            assert_eq!((after, codes(violations)), (expected, vec![]), "{field} {value}");
        }
    }

    #[test]
    fn a_ticket_is_snoozed_until_a_time_that_comes() {
        let number = |text: &str| Json::Number(text.to_owned());
        for (until, is_later) in [
            (Json::Int(11), true),
            (Json::Int(10), false),
            (Json::Int(9), false),
            (number("1e999"), false),
            (number("-1e999"), false),
            (number("NaN"), false),
        ] {
            let mut violations = Violations::new();
            let change = Json::Map(vec![("snoozedUntil".to_owned(), until.clone())]);
            let _ = Local::default().changed(change, None, 10.0, &mut violations);
            assert_eq!(codes(violations).is_empty(), is_later, "{until:?}");
        }
    }

    #[test]
    fn a_local_change_keeps_what_it_does_not_name() {
        let before = Local { note: Some("a".into()), assignee: Some("b".into()), ..Local::default() };
        let mut violations = Violations::new();
        let given = tree(r#"{"note":null,"snoozedUntil":20,"seen":true,"done":false}"#);
        let after = before.changed(given, Some(7.0), 10.0, &mut violations);
        let expected = Local {
            seen_at: Some(7.0),
            snoozed: Some((7.0, 20.0)),
            note: None,
            assignee: Some("b".into()),
            ..Local::default()
        };
        assert_eq!((after, codes(violations)), (expected, vec![]));
        let mut violations = Violations::new();
        let _ = before.changed(tree(r#"{"note":1,"snoozedUntil":10,"done":"x","y":2}"#), None, 10.0, &mut violations);
        let found = codes(violations);
        for one in ["note wrong_type", "snoozedUntil not_later", "done wrong_type", "y unknown_field"] {
            assert!(found.contains(&one.to_owned()), "{one} in {found:?}");
        }
    }
}
