use super::*;
use crate::model::open_enum::Meanings;
use crate::rules::codes::code;
use crate::rules::violation::Violation;
use crate::rules::violation::Violations;
use crate::wire::http::Headers;
use crate::wire::rate::Quota;

static MARKETPLACE: Marketplace = Marketplace {
    id: "test",
    production: "https://api.test",
    sandbox: None,
    operations: &[],
    rate: |_| ("", Rate { interval_ms: 100.0, burst: 2.0 }),
    refusal: |response| Refusal {
        kind: kind_of_status(response.status),
        code: format!("http_{}", response.status),
        message: "refused".to_owned(),
        is_certain: crate::vendor::marketplace::is_certain(kind_of_status(response.status), response.status)
            || !response.body.is_empty(),
    },
    session_refusals: Meanings::new(&["known"], "it is known\n"),
    quota: |response| {
        let number = |name| response.headers.get(name)?.parse().ok();
        Some(Quota { left: number("x-left")?, reset_ms: number("x-reset-ms")? })
    },
    hint: |response, now_ms| {
        let told = response.headers.get("x-reset-ms").and_then(|ms| ms.parse().ok());
        told.or_else(|| retry_after_ms(response, now_ms))
    },
    page_size: None,
    credentials: |_, _| Box::new(NoCredentials),
    settle_ms: 0.0,
    meanings: &[],
    #[cfg(feature = "types")]
    types: &[],
    #[cfg(feature = "desk")]
    desk: &crate::vendor::desk::testing::NOTHING,
};

#[derive(Debug)]
struct NoCredentials;

impl crate::vendor::Authorize for NoCredentials {
    fn check(&self, _: &mut Violations) {}

    fn headers(&self, _: crate::vendor::Unsigned<'_>, _: Option<&crate::vendor::Session>) -> Headers {
        Headers::new()
    }
}

/// A marketplace whose errors repeat the whole response.
static TALKATIVE: Marketplace = Marketplace {
    refusal: |response| {
        let words = String::from_utf8_lossy(&response.body).into_owned();
        let kind = kind_of_status(response.status);
        Refusal { kind, code: words.clone(), message: words, is_certain: true }
    },
    ..MARKETPLACE
};

#[test]
fn errors_of_a_session_say_nothing_that_was_answered() {
    let settings = Settings { max_retries: 0, ..Settings::default() };
    let form = crate::wire::url::Query::default();
    let now = Now { ms: 0.0, random: 0.5 };
    let begin = |access| {
        let (plan, _) = crate::vendor::plan::session_plan(&TALKATIVE, &settings, "https://api.test", &form, access);
        let mut call = Call::new(plan, &settings);
        call.advance(&TALKATIVE, &mut Gate::default(), now, CallEvent::Start);
        call
    };
    let answer = |status, content_type, body: &str| Response {
        status,
        headers: Headers::from_iter([
            ("Content-Type", content_type),
            ("X-Request-Id", "r-1"),
            ("Location", "https://x.test/?code=top-secret"),
            ("X-Token", "top-secret"),
        ]),
        body: body.as_bytes().to_vec(),
    };
    let failed = |call: &mut Call, response: Response| {
        let (mut gate, event) = (Gate::default(), CallEvent::Response { response: response.clone() });
        let error = match call.advance(&TALKATIVE, &mut gate, now, event) {
            CallStep::Fail(error) => error,
            CallStep::Done(response) => {
                call.undecodable(DecodeError::new(Code::named("a_code"), "top-secret"), &response)
            }
            other => panic!("{other:?}"),
        };
        for shown in [format!("{error:?}"), error.to_string(), serde_json::to_string(&error).unwrap()] {
            assert!(!shown.contains("secret"), "{shown}");
        }
        assert_eq!((error.body.as_ref(), error.request_id.as_deref()), (None, Some("r-1")));
        let names: Vec<_> = error.headers.iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, error.status), (vec!["Content-Type", "X-Request-Id"], Some(response.status)));
        error
    };
    for access in [Access::Read, Access::Write] {
        for (status, content_type, body, code, message) in [
            (200, "text/plain", "top-secret", "a_code", "(200) to the request for a session is in no form"),
            (400, "text/plain", "top-secret", "http_400", "test did not grant a session (400)"),
            (503, "text/plain", r#"{"a":"top-secret"}"#, "http_503", "test did not grant a session (503)"),
            (302, "text/plain", "top-secret", "redirect", "a redirect, which is never followed"),
            (400, "text/plain", "known", "known", "it is known"),
        ] {
            let error = failed(&mut begin(access), answer(status, content_type, body));
            assert_eq!(error.code, code);
            assert!(error.message.contains(message), "{}", error.message);
        }
    }
    let error = failed(&mut begin(Access::Write), answer(200, "text/html", "<html>top-secret"));
    assert_eq!(error.code, "web_page");

    // Any other call shows the response.
    let mut host = Host::read().started();
    let event = CallEvent::Response { response: answer(404, "text/plain", "words") };
    let CallStep::Fail(error) = host.call.advance(&TALKATIVE, &mut host.gate, now, event) else { panic!("404") };
    assert_eq!((error.message.as_str(), error.body), ("words", Some("words".to_owned().into())));
    assert_eq!(error.headers.map(|headers| headers.len()), Some(4));
}

/// A call at its host, with a clock that moves only when a test moves it.
struct Host {
    call: Call,
    gate: Gate,
    now: f64,
}

impl Host {
    fn new(access: Access, settings: &Settings) -> Self {
        let meta = Meta { name: "call", path: "/", access, ..Meta::READ };
        let plan = assemble(&MARKETPLACE, &meta, settings, "/", "");
        Self { call: Call::new(plan, settings), gate: Gate::default(), now: 1_000_000.0 }
    }

    fn read() -> Self {
        Self::new(Access::Read, &Settings::default())
    }

    fn write() -> Self {
        Self::new(Access::Write, &Settings::default())
    }

    fn gateway() -> Self {
        let settings = Settings { gateway: true, base_url: Some("https://own.test".into()), ..Settings::default() };
        Self::new(Access::Write, &settings)
    }

    fn on(&mut self, event: CallEvent) -> CallStep {
        let now = Now { ms: self.now, random: 1.0 };
        self.call.advance(&MARKETPLACE, &mut self.gate, now, event)
    }

    fn started(mut self) -> Self {
        assert!(matches!(self.on(CallEvent::Start), CallStep::Send { attempt: 1, .. }));
        self
    }

    fn wait(&mut self, step: CallStep) -> CallStep {
        match step {
            CallStep::Wait { ms, .. } => {
                self.now += ms;
                self.on(CallEvent::Waited)
            }
            other => other,
        }
    }
}

fn answer(status: u16) -> CallEvent {
    answer_with(status, &[], "")
}

fn answer_with(status: u16, headers: &[(&str, &str)], body: &str) -> CallEvent {
    let response = Response { status, headers: headers.iter().copied().collect(), body: body.into() };
    CallEvent::Response { response }
}

fn no_answer() -> CallEvent {
    CallEvent::SendFailed { status: None, message: "connection reset".into() }
}

fn failure(step: CallStep) -> TicketError {
    match step {
        CallStep::Fail(error) => *error,
        other => panic!("not a failure: {other:?}"),
    }
}

/// A marketplace that tells the size of pages that it takes.
static SMALL_PAGES: Marketplace = Marketplace {
    page_size: Some(crate::vendor::PageSize {
        parameter: "limit",
        smaller: |asked, response| {
            let told: u64 = String::from_utf8_lossy(&response.body).parse().ok()?;
            (response.status == 422).then(|| told.min(asked.saturating_sub(1)))
        },
    }),
    ..MARKETPLACE
};

fn listing(access: Access, settings: &Settings, size: u64) -> Call {
    let meta = Meta { name: "call", path: "/", access, ..Meta::READ };
    Call::new(assemble(&SMALL_PAGES, &meta, settings, "/list", &format!("?a=b&limit={size}")), settings)
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_a_smaller_size() {
    let (settings, mut gate) = (Settings { max_retries: 0, ..Settings::default() }, Gate::default());
    let mut now = Now { ms: 1000.0, random: 0.5 };
    let mut on = |call: &mut Call, gate: &mut Gate, event| {
        now.ms += 1000.0;
        call.advance(&SMALL_PAGES, gate, now, event)
    };
    let mut call = listing(Access::Read, &settings, 100);
    on(&mut call, &mut gate, CallEvent::Start);
    assert!(call.plan.url.ends_with("/list?a=b&limit=100"));
    let step = on(&mut call, &mut gate, answer_with(422, &[], "20"));
    assert!(matches!(step, CallStep::Send { attempt: 2, .. }), "{step:?}");
    assert!(call.plan.url.ends_with("/list?a=b&limit=20"), "{}", call.plan.url);
    assert!(matches!(on(&mut call, &mut gate, answer(200)), CallStep::Done(_)));

    // The client's next calls know the size, and ask for no smaller one than they need to.
    for (size, expected) in [(100, "limit=20"), (5, "limit=5")] {
        let mut next = listing(Access::Read, &settings, size);
        on(&mut next, &mut gate, CallEvent::Start);
        assert!(next.plan.url.ends_with(expected), "{}", next.plan.url);
    }

    // A marketplace that refuses every size is not asked for ever.
    let (mut gate, mut call) = (Gate::default(), listing(Access::Read, &settings, 100));
    let mut step = on(&mut call, &mut gate, CallEvent::Start);
    let mut sizes = Vec::new();
    while matches!(step, CallStep::Send { .. }) {
        sizes.push(page_size::asked(&call.plan.url, "limit").unwrap());
        step = on(&mut call, &mut gate, answer_with(422, &[], "99"));
    }
    assert_eq!((sizes, failure(step).status), (vec![100, 99, 98, 97, 96], Some(422)));

    // A write, a call through a gateway, and another refusal are as they were.
    let through = Settings { gateway: true, base_url: Some("https://own.test".into()), ..settings.clone() };
    for (access, settings, status) in
        [(Access::Write, &settings, 422), (Access::Read, &through, 422), (Access::Read, &settings, 400)]
    {
        let mut gate = Gate { page_size: if status == 400 { 0 } else { 7 }, ..Gate::default() };
        let mut call = listing(access, settings, 100);
        on(&mut call, &mut gate, CallEvent::Start);
        let headers = [("X-Seller-Tickets-Origin", "marketplace")];
        let step = on(&mut call, &mut gate, answer_with(status, &headers, "20"));
        assert_eq!(failure(step).status, Some(status));
        assert!(call.plan.url.ends_with("limit=100"), "{}", call.plan.url);
    }
}

#[test]
fn a_call_that_is_answered_is_done() {
    let mut host = Host::read();
    let step = host.on(CallEvent::Start);
    assert_eq!(step, CallStep::Send { attempt: 1, timeout_ms: 60_000.0, max_body_bytes: MAX_RESPONSE_BYTES });
    assert!(matches!(host.on(answer(200)), CallStep::Done(Response { status: 200, .. })));
    assert_eq!(host.call.attempts(), 1);
}

#[test]
fn sent_follows_from_what_arrived() {
    let cases = [
        // A body shows that this marketplace itself refused the request.
        (answer_with(400, &[], "{}"), Sent::No, ErrorKind::Rejected),
        (answer(400), Sent::Maybe, ErrorKind::Rejected),
        (answer(401), Sent::No, ErrorKind::Authentication),
        (answer(403), Sent::No, ErrorKind::Forbidden),
        (answer(404), Sent::No, ErrorKind::NotFound),
        (answer(408), Sent::Maybe, ErrorKind::Rejected),
        (answer_with(408, &[], "{}"), Sent::Maybe, ErrorKind::Rejected),
        (answer(409), Sent::Maybe, ErrorKind::Conflict),
        (answer(413), Sent::No, ErrorKind::Rejected),
        (answer(422), Sent::Maybe, ErrorKind::Conflict),
        (answer(429), Sent::Maybe, ErrorKind::RateLimited),
        (answer_with(429, &[("Retry-After", "1")], "{}"), Sent::Maybe, ErrorKind::RateLimited),
        (answer(499), Sent::Maybe, ErrorKind::Rejected),
        (answer_with(499, &[], "{}"), Sent::Maybe, ErrorKind::Rejected),
        (answer(500), Sent::Maybe, ErrorKind::Server),
        (answer(503), Sent::Maybe, ErrorKind::Server),
        (answer(302), Sent::Maybe, ErrorKind::Rejected),
        (answer(0), Sent::Maybe, ErrorKind::Rejected),
        (no_answer(), Sent::Maybe, ErrorKind::Network),
        (CallEvent::SendFailed { status: Some(201), message: String::new() }, Sent::Yes, ErrorKind::Network),
        (CallEvent::SendFailed { status: Some(404), message: String::new() }, Sent::Maybe, ErrorKind::NotFound),
        (CallEvent::TimedOut { status: Some(409) }, Sent::Maybe, ErrorKind::Timeout),
        (CallEvent::TimedOut { status: None }, Sent::Maybe, ErrorKind::Timeout),
        (CallEvent::TimedOut { status: Some(200) }, Sent::Yes, ErrorKind::Timeout),
        (CallEvent::Aborted { status: None }, Sent::Maybe, ErrorKind::Aborted),
        (CallEvent::Aborted { status: Some(201) }, Sent::Yes, ErrorKind::Aborted),
    ];
    for (event, sent, kind) in cases {
        let error = failure(Host::write().started().on(event.clone()));
        assert_eq!((error.sent, error.kind, error.attempts), (sent, kind, 1), "{event:?}");
    }
}

#[test]
fn before_the_request_is_with_the_host_nothing_was_sent() {
    let mut host = Host::write();
    host.gate.pause(host.now, 1000.0);
    let step = host.on(CallEvent::Start);
    assert_eq!(step, CallStep::Wait { reason: WaitReason::Paused, ms: 1000.0, attempt: 1 });
    let error = failure(host.on(CallEvent::Aborted { status: None }));
    assert_eq!((error.sent, error.attempts, error.kind), (Sent::No, 0, ErrorKind::Aborted));
}

#[test]
fn an_accepted_call_with_an_unreadable_answer_was_sent() {
    let mut host = Host::write().started();
    let CallStep::Done(response) = host.on(answer_with(201, &[("X-Request-Id", "r-1")], "{")) else { panic!() };
    let error = host.call.undecodable(DecodeError::new(code!("invalid_json"), "no JSON"), &response);
    assert_eq!((error.sent, error.kind, error.request_id.as_deref()), (Sent::Yes, ErrorKind::Decode, Some("r-1")));
    assert_eq!(error.body, Some("{".into()));
}

#[test]
fn an_error_in_spite_of_its_status_accepts_no_write() {
    for (status, body) in [(200, r#"{"error":"rolled back"}"#), (202, r#"{"errors":[{"a":1}],"id":"7"}"#)] {
        let error = failure(Host::write().started().on(answer_with(status, &[], body)));
        assert_eq!((error.sent, error.kind, error.code.as_str()), (Sent::Maybe, ErrorKind::Decode, "error_answer"));
        assert_eq!((error.status, error.origin), (Some(status), Origin::Marketplace));
        // Whether a read failed shows when its result is read.
        assert!(matches!(Host::read().started().on(answer_with(status, &[], body)), CallStep::Done(_)));
        // A page learns the same from the answer that its gateway passes on.
        let told = [(gateway::ORIGIN, "marketplace"), (gateway::SENT, "maybe"), (gateway::ATTEMPTS, "1")];
        let error = failure(Host::gateway().started().on(answer_with(status, &told, body)));
        assert_eq!((error.sent, error.code.as_str()), (Sent::Maybe, "error_answer"));
    }
}

#[test]
fn a_result_that_lacks_what_it_must_carry_shows_no_acceptance() {
    for (host, code, sent) in [
        (Host::write(), "unexpected_shape", Sent::Maybe),
        (Host::write(), "empty_body", Sent::Maybe),
        (Host::write(), "unexpected_answer", Sent::Maybe),
        (Host::write(), "invalid_json", Sent::Yes),
        (Host::read(), "unexpected_shape", Sent::Yes),
    ] {
        let mut host = host.started();
        let CallStep::Done(response) = host.on(answer_with(200, &[], "{}")) else { panic!() };
        assert_eq!(
            host.call.undecodable(DecodeError::new(Code::named(code), "lacks it"), &response).sent,
            sent,
            "{code}"
        );
    }
}

#[test]
fn a_web_page_is_no_answer_to_a_write() {
    let html = [("Content-Type", "text/html; charset=utf-8")];
    let through = [(gateway::ORIGIN, "marketplace"), (gateway::SENT, "yes"), (gateway::ATTEMPTS, "1")];
    for (headers, body, is_page) in [
        (&html[..], "<html>sign in</html>", true),
        (&html[..], "\u{feff}\n <p>sign in</p>", true),
        (&[("Content-Type", "application/json")][..], "<!DOCTYPE HTML><title>gone</title>", true),
        (&[][..], "<?xml version=\"1.0\"?><html xmlns=\"\">", true),
        (&through[..], "<html>", true),
        // Servers give an empty response this type, and proxies give it to JSON of others.
        (&html[..], "", false),
        (&html[..], "{}", false),
        (&[("Content-Type", "application/xml")][..], "<shippingNoticeData/>", false),
        (&[][..], "ok", false),
    ] {
        let mut host = if headers == through { Host::gateway() } else { Host::write() }.started();
        match host.on(answer_with(201, headers, body)) {
            CallStep::Fail(error) if is_page => {
                assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Decode, "web_page"));
                assert_eq!((error.sent, error.status, error.attempts), (Sent::Maybe, Some(201), 1));
            }
            CallStep::Done(_) if !is_page => {}
            other => panic!("{body}: {other:?}"),
        }
    }
    // The decoder judges the result of a read, because a file may be an HTML page.
    assert!(matches!(Host::read().started().on(answer_with(200, &html, "<html>")), CallStep::Done(_)));
}

#[test]
fn reads_are_repeated_until_they_succeed_or_the_retries_end() {
    let mut host = Host::read().started();
    let step = host.on(no_answer());
    assert_eq!(step, CallStep::Wait { ms: 500.0, reason: WaitReason::Retry, attempt: 2 });
    assert!(matches!(host.wait(step), CallStep::Send { attempt: 2, .. }));
    let step = host.on(answer(503));
    assert_eq!(step, CallStep::Wait { ms: 1000.0, reason: WaitReason::Retry, attempt: 3 });
    assert!(matches!(host.wait(step), CallStep::Send { attempt: 3, .. }));
    let error = failure(host.on(answer(502)));
    assert_eq!((error.attempts, error.retryable, error.status), (3, true, Some(502)));
}

#[test]
fn writes_are_not_repeated() {
    let limit = || answer_with(429, &[("Retry-After", "0")], "");
    for event in [no_answer(), answer(500), answer(503), answer(408), limit(), CallEvent::TimedOut { status: None }] {
        let error = failure(Host::write().started().on(event.clone()));
        assert_eq!((error.sent, error.attempts), (Sent::Maybe, 1), "{event:?}");
    }
    // The client's own limiter held the request back, so it was certainly not sent.
    let mut host = Host::write();
    host.gate.pause(host.now, 1e9);
    let error = failure(host.on(CallEvent::Start));
    assert_eq!((error.kind, error.sent, error.attempts), (ErrorKind::RateLimited, Sent::No, 0));
}

#[test]
fn a_hint_pauses_the_other_calls_of_the_client_too() {
    let mut first = Host::read().started();
    first.on(answer_with(429, &[("Retry-After", "2")], ""));
    let mut second = Host { gate: first.gate, ..Host::read() };
    let step = second.on(CallEvent::Start);
    assert_eq!(step, CallStep::Wait { ms: 2000.0, reason: WaitReason::Paused, attempt: 1 });
    // The pause is extended while the call waits.
    second.gate.pause(second.now, 5000.0);
    let step = second.wait(step);
    assert_eq!(step, CallStep::Wait { ms: 3000.0, reason: WaitReason::Paused, attempt: 1 });
    assert!(matches!(second.wait(step), CallStep::Send { attempt: 1, .. }));
}

#[test]
fn a_marketplace_may_say_it_in_a_header_of_its_own() {
    let mut host = Host::read().started();
    let step = host.on(answer_with(429, &[("X-Reset-Ms", "1234"), ("Retry-After", "9")], ""));
    assert_eq!(step, CallStep::Wait { ms: 1234.0, reason: WaitReason::Retry, attempt: 2 });
    assert_eq!(host.gate.pause_ms(host.now), 1234.0);
}

#[test]
fn what_is_left_of_the_quota_slows_the_next_calls_or_stops_them() {
    let mut host = Host::read().started();
    let headers = [("X-Left", "2"), ("X-Reset-Ms", "3000")];
    assert!(matches!(host.on(answer_with(200, &headers, "")), CallStep::Done(_)));
    let mut gate = host.gate;
    for expected in [1500.0, 3000.0] {
        let mut next = Host { gate, ..Host::read() };
        let step = next.on(CallEvent::Start);
        assert!(matches!(step, CallStep::Wait { ms, .. } if ms <= expected && ms > expected - 1500.0), "{step:?}");
        gate = next.gate;
    }
    let mut host = Host::write().started();
    let headers = [("X-Left", "0"), ("X-Reset-Ms", "3000")];
    assert!(matches!(host.on(answer_with(200, &headers, "")), CallStep::Done(_)));
    let mut next = Host { gate: host.gate, ..Host::read() };
    assert_eq!(next.on(CallEvent::Start), CallStep::Wait { ms: 3000.0, reason: WaitReason::Paused, attempt: 1 });
}

#[test]
fn a_request_that_found_no_connection_was_not_sent() {
    for (aborted, kind, code) in [(true, ErrorKind::Aborted, "aborted"), (false, ErrorKind::Timeout, "no_connection")] {
        let error = failure(Host::write().started().on(CallEvent::NotSent { aborted }));
        assert_eq!((error.kind, error.code.as_str(), error.sent, error.attempts), (kind, code, Sent::No, 0));
        // An earlier attempt may have taken effect all the same.
        let mut host = Host::read().started();
        let step = host.on(no_answer());
        host.wait(step);
        let error = failure(host.on(CallEvent::NotSent { aborted }));
        assert_eq!((error.sent, error.attempts), (Sent::Maybe, 1));
    }
}

#[test]
fn an_absurd_hint_ends_the_call_and_holds_the_others_for_a_minute() {
    let mut host = Host::read().started();
    let error = failure(host.on(answer_with(429, &[("Retry-After", "86400")], "")));
    assert_eq!((error.kind, error.retry_after_ms), (ErrorKind::RateLimited, Some(86_400_000.0)));
    assert_eq!(host.gate.pause_ms(host.now), 60_000.0);
    let mut host = Host::read().started();
    let error = failure(host.on(answer_with(503, &[("Retry-After", "86400")], "")));
    assert_eq!((error.kind, error.status), (ErrorKind::RateLimited, Some(503)));
}

#[test]
fn calls_take_turns_at_the_rate_of_the_account() {
    let mut gate = Gate::default();
    for expected in [0.0, 0.0, 100.0, 200.0] {
        let mut host = Host { gate, ..Host::read() };
        let step = host.on(CallEvent::Start);
        gate = host.gate;
        match step {
            CallStep::Wait { ms, reason, .. } => assert_eq!((ms, reason), (expected, WaitReason::RateLimit)),
            CallStep::Send { .. } => assert_eq!(expected, 0.0),
            other => panic!("{other:?}"),
        }
    }
    let settings = Settings { total_timeout_ms: 250.0, ..Settings::default() };
    let error = failure(Host { gate, ..Host::new(Access::Read, &settings) }.on(CallEvent::Start));
    assert_eq!((error.kind, error.code.as_str(), error.sent), (ErrorKind::RateLimited, "no_turn", Sent::No));
}

#[test]
fn the_total_time_covers_waits_and_attempts() {
    let settings = Settings { timeout_ms: 1000.0, total_timeout_ms: 1800.0, ..Settings::default() };
    let mut host = Host::new(Access::Read, &settings);
    host.on(CallEvent::Start);
    host.now += 1000.0;
    let step = host.on(CallEvent::TimedOut { status: None });
    assert!(matches!(step, CallStep::Wait { ms: 500.0, .. }));
    assert!(matches!(host.wait(step), CallStep::Send { timeout_ms: 300.0, .. }));
    host.now += 300.0;
    let error = failure(host.on(CallEvent::TimedOut { status: None }));
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "total_timeout"));
    assert_eq!(error.message, "the call took longer than 1800 ms in all");
}

#[test]
fn a_call_that_has_less_than_its_total_time_names_that_time_and_what_took_it() {
    let settings = Settings { total_timeout_ms: 1800.0, left_ms: Some(300.0), ..Settings::default() };
    let (mut told, mut set) = (Host::new(Access::Read, &settings), Host::new(Access::Read, &settings));
    set.call.set_left_ms(200.0);
    for (host, left) in [(&mut told, 300.0), (&mut set, 200.0)] {
        assert!(matches!(host.on(CallEvent::Start), CallStep::Send { timeout_ms, .. } if timeout_ms == left));
        host.now += left;
        let error = failure(host.on(CallEvent::TimedOut { status: None }));
        assert_eq!(error.code, "total_timeout");
        let spent = format!("than 1800 ms in all, of which {} ms were over before this request", 1800.0 - left);
        assert!(error.message.contains(&spent), "{}", error.message);
    }
}

#[test]
fn a_gateway_tells_who_failed_and_what_was_sent() {
    let marketplace = |sent| [(gateway::ORIGIN, "marketplace"), (gateway::SENT, sent), (gateway::ATTEMPTS, "3")];
    let mut host = Host::gateway().started();
    assert!(matches!(host.on(answer_with(204, &marketplace("yes"), "")), CallStep::Done(_)));
    assert_eq!(host.call.attempts(), 3);

    let error = failure(Host::gateway().started().on(answer_with(503, &marketplace("maybe"), "")));
    assert_eq!((error.origin, error.sent, error.attempts), (Origin::Marketplace, Sent::Maybe, 3));

    let own = TicketError::local(ErrorKind::Timeout, code!("attempt_timeout"), "too slow", "kaufland", "closeTicket");
    let body = serde_json::to_string(&serde_json::json!({ "error": own })).unwrap();
    let headers = [(gateway::ORIGIN, "gateway"), (gateway::SENT, "maybe"), (gateway::ATTEMPTS, "1")];
    let error = failure(Host::gateway().started().on(answer_with(504, &headers, &body)));
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "attempt_timeout"));
    assert_eq!((error.origin, error.sent, error.status), (Origin::Gateway, Sent::Maybe, Some(504)));
    assert_eq!((error.message.as_str(), error.retryable), ("too slow", false));

    let broken = Violation::new("text", code!("required"), "`text` is missing", "write one").with("max", 3);
    let own = TicketError::invalid(ErrorKind::Validation, vec![broken.clone()], "kaufland", "closeTicket");
    let body = serde_json::to_string(&serde_json::json!({ "error": own })).unwrap();
    let error = failure(Host::gateway().started().on(answer_with(400, &headers, &body)));
    assert_eq!((error.kind, error.violations), (ErrorKind::Validation, Some(vec![broken])));

    let headers = [(gateway::ORIGIN, "gateway"), (gateway::SENT, "no")];
    let error = failure(Host::gateway().started().on(answer_with(502, &headers, "<html>")));
    assert_eq!((error.code.as_str(), error.sent), ("gateway_error", Sent::No));
}

#[test]
fn an_answer_of_someone_else_is_no_answer_of_the_gateway() {
    for (status, kind, sent) in [
        (200, ErrorKind::Decode, Sent::Maybe),
        (403, ErrorKind::Forbidden, Sent::No),
        (502, ErrorKind::Server, Sent::Maybe),
    ] {
        let error = failure(Host::gateway().started().on(answer_with(status, &[], "<html>sign in</html>")));
        assert_eq!((error.kind, error.sent, error.code.as_str()), (kind, sent, "not_a_gateway"));
    }
}

#[test]
fn a_redirect_of_a_gateway_is_told_as_one() {
    // Pages see the status 0.
    for status in [0, 302, 307] {
        let error = failure(Host::gateway().started().on(answer_with(status, &[], "")));
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Rejected, "redirect"), "{status}");
        assert_eq!((error.origin, error.sent, error.status), (Origin::Gateway, Sent::Maybe, Some(status)));
    }
}

#[test]
fn errors_carry_no_cookies_and_a_bounded_body() {
    let long = "x".repeat(100_000);
    let headers = [("Set-Cookie", "session=secret"), ("Content-Type", "text/html")];
    let error = failure(Host::write().started().on(answer_with(500, &headers, &long)));
    assert_eq!(error.headers, Some(vec![("Content-Type".to_owned(), "text/html".to_owned())]));
    assert_eq!(error.body.unwrap().as_str().unwrap().len(), shown::MAX_ERROR_BODY_BYTES);
}

#[test]
fn a_session_is_asked_for_before_each_attempt_and_renewed_once() {
    let mut host = Host::write();
    host.call = host.call.with_session(true);
    assert!(matches!(host.on(CallEvent::Start), CallStep::Token { refused: false, .. }));
    assert!(matches!(host.on(CallEvent::Token), CallStep::Send { attempt: 1, .. }));
    // A refused token proves that the marketplace did not act, so even a write is sent again.
    assert!(matches!(host.on(answer(401)), CallStep::Token { refused: true, .. }));
    host.now += 1000.0;
    assert!(matches!(host.on(CallEvent::Token), CallStep::Send { attempt: 2, .. }));
    let error = failure(host.on(answer(401)));
    assert_eq!((error.kind, error.sent), (ErrorKind::Authentication, Sent::No));

    let mut host = Host::read();
    host.call = host.call.with_session(true);
    host.on(CallEvent::Start);
    host.on(CallEvent::Token);
    let step = host.on(answer_with(429, &[("Retry-After", "1")], ""));
    assert!(matches!(host.wait(step), CallStep::Token { refused: false, .. }));
    assert!(matches!(host.on(CallEvent::Token), CallStep::Send { attempt: 2, .. }));
}

#[test]
fn the_time_for_tokens_is_what_is_left_of_the_call() {
    let mut host = Host::write();
    host.call = host.call.with_session(true);
    let time = |step| match step {
        CallStep::Token { timeout_ms, .. } => timeout_ms,
        other => panic!("{other:?}"),
    };
    assert_eq!(time(host.on(CallEvent::Start)), 300_000.0);
    host.on(CallEvent::Token);
    host.now += 100_000.0;
    assert_eq!(time(host.on(answer(401))), 200_000.0);
    host.now += 200_000.0;
    let error = failure(host.on(CallEvent::TimedOut { status: None }));
    assert_eq!((error.code.as_str(), error.kind, error.attempts), ("total_timeout", ErrorKind::Timeout, 1));
    // The 401 says that the marketplace did not act, and nothing was sent since.
    assert_eq!(error.sent, Sent::No);

    // No request was on its way, whatever a timer that fires early says.
    let mut host = Host::read();
    host.call = host.call.with_session(true);
    host.on(CallEvent::Start);
    let error = failure(host.on(CallEvent::TimedOut { status: None }));
    assert_eq!((error.code.as_str(), error.sent, error.attempts), ("total_timeout", Sent::No, 0));
}

#[test]
fn a_token_that_may_have_grown_old_at_the_gate_is_asked_for_again() {
    let mut host = Host::read();
    host.call = host.call.with_session(true);
    host.gate.pause(host.now, 500.0);
    assert!(matches!(host.on(CallEvent::Start), CallStep::Token { refused: false, .. }));
    let step = host.on(CallEvent::Token);
    assert!(matches!(step, CallStep::Wait { ms: 500.0, reason: WaitReason::Paused, .. }));
    assert!(matches!(host.wait(step), CallStep::Token { refused: false, .. }));
    // While the token was fetched, another call met a pause.
    host.gate.pause(host.now, 200.0);
    let step = host.on(CallEvent::Token);
    assert!(matches!(step, CallStep::Wait { ms: 200.0, reason: WaitReason::Paused, .. }));
    assert!(matches!(host.wait(step), CallStep::Token { refused: false, .. }));
    assert!(matches!(host.on(CallEvent::Token), CallStep::Send { attempt: 1, .. }));
}

#[test]
fn a_call_is_plain_data_at_every_moment() {
    let mut host = Host::read().started();
    let step = host.on(no_answer());
    let text = serde_json::to_string(&host.call).unwrap();
    assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), host.call);
    assert_eq!(crate::wire::state::round_trip(&host.call), host.call);
    host.call = crate::wire::state::round_trip(&host.call);
    assert_eq!(crate::wire::state::round_trip(&host.gate), host.gate);
    assert!(matches!(host.wait(step), CallStep::Send { attempt: 2, .. }));
}

#[test]
fn a_401_names_a_clock_that_is_minutes_off() {
    // The host's clock is at 1000 s after 1970 began.
    for (status, date, words) in [
        (401, "Thu, 01 Jan 1970 00:26:40 GMT", Some("is 10 minutes behind the marketplace's")),
        (401, "Thu, 01 Jan 1970 00:10:00 GMT", Some("is 7 minutes ahead of the marketplace's")),
        (401, "Thu, 01 Jan 1970 00:18:20 GMT", None),
        (401, "yesterday", None),
        (403, "Thu, 01 Jan 1970 00:26:40 GMT", None),
    ] {
        let error = failure(Host::write().started().on(answer_with(status, &[("Date", date)], "")));
        assert_eq!(error.message.contains("clock"), words.is_some(), "{date}: {}", error.message);
        assert!(error.message.contains(words.unwrap_or_default()), "{}", error.message);
    }
}
