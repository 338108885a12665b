//! What a user sets for a desk and its accounts, what a person changes on a ticket, and what a
//! person gives for an action: read from untyped input, with all violations at once.

use super::deadlines::{Holidays, Policy};
use super::views::Local;
use crate::rules::input::{Fields, FromInput, join, wrong_type};
use crate::rules::violation::Figure::Text;
use crate::rules::violation::{Violation, Violations, check_range, check_text_length, words};
use crate::vendor::desk::Account;
use crate::vendor::desk::action::Given;
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
                fields.report(Violation::of("snoozedUntil", text, []));
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
/// Files are not among them: the outbox has no place for their content yet.
impl FromInput for Given {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let text = fields.take("text");
        let choice = fields.take("choice");
        let wants_reply = fields.take("wantsReply");
        let more: Json = fields.take("more");
        fields.deny_unknown(&["text", "choice", "wantsReply", "more"]);
        let more = match more {
            Json::Absent => Vec::new(),
            Json::Map(entries) => entries,
            other => {
                violations.push(wrong_type(&join(field, "more"), &other, "an object of further parameters"));
                Vec::new()
            }
        };
        Self { text, choice, wants_reply, more, ..Self::default() }
    }
}

/// Returns the violation of an action that cannot be taken.
#[must_use]
pub fn refused(action: &str, why: &str) -> Violation {
    let said = words!(
        "not_allowed",
        ["why"],
        "the action is not possible: {why}",
        "read the ticket, whose `actions` tell what is possible"
    );
    Violation::of("action", said, [Text(why)]).with("action", action)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn an_account_has_a_writer() {
        let (account, found) = read::<Account>(r#"{"profile":{"code":"7","name":"Ana"},"ticketEvents":["T"]}"#);
        assert_eq!(account.writer, Some(("7".to_owned(), "Ana".to_owned())));
        assert_eq!((account.ticket_events, found), (vec!["T".to_owned()], vec![]));
        let (_, found) = read::<Account>(r#"{"profile":{"code":""},"blocked":1}"#);
        assert_eq!(found.len(), 3, "{found:?}");
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
