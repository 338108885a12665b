//! Reads the numbers of passed tests from the output of test runners.

use std::ops::AddAssign;

/// The numbers of passed, failed and ignored tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Counts {
    /// The count of one check.
    pub fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into(), skipped: 0 }
    }

    /// The sum of all lines `test result: ok. 3 passed; 0 failed; 1 ignored; …` of `cargo test`.
    pub fn of_cargo_test(text: &str) -> Self {
        let mut sum = Self::default();
        for line in text.lines() {
            let line = without_colours(line);
            let Some((_, result)) = line.split_once("test result: ") else { continue };
            for part in result.split(['.', ';']) {
                match part.trim().split_once(' ') {
                    Some((number, "passed")) => sum.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => sum.failed += number.parse().unwrap_or(0),
                    Some((number, "ignored")) => sum.skipped += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
        sum
    }

    /// The totals at the end of the output of Node's TAP reporter: `# pass 3`.
    pub fn of_tap(text: &str) -> Self {
        let mut sum = Self::default();
        for line in text.lines() {
            let Some((what, number)) = line.strip_prefix("# ").and_then(|line| line.split_once(' ')) else { continue };
            let Ok(number) = number.trim().parse::<usize>() else { continue };
            match what {
                "pass" => sum.passed = number,
                "fail" => sum.failed += number,
                // A cancelled test has not passed.
                "cancelled" => sum.failed += number,
                "skipped" | "todo" => sum.skipped += number,
                _ => {}
            }
        }
        sum
    }
}

/// Returns what the output of Node's TAP reporter says of each failed test: its name, and its place and error as YAML.
pub fn failures_of_tap(text: &str) -> Vec<String> {
    let mut failures = Vec::new();
    let mut lines = text.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        let Some((_, name)) = line.strip_prefix("not ok ").and_then(|line| line.split_once(" - ")) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "...").collect();
        // Such a test failed because one within it did, which is in the output itself.
        if block.iter().any(|line| line.starts_with("failureType: 'subtestsFailed'")) {
            continue;
        }
        let told = block.iter().filter(|line| !matches!(**line, "" | "---") && !line.starts_with("duration_ms:"));
        failures.push([name].into_iter().chain(told.copied().take(MOST_LINES)).collect::<Vec<_>>().join("\n    "));
    }
    failures
}

/// The most lines about one failed test.
const MOST_LINES: usize = 25;

/// Removes ANSI escape sequences.
fn without_colours(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\u{1b}' {
            for char in chars.by_ref() {
                if char.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Counts, failures_of_tap};

    #[test]
    fn adds_up_the_results_of_cargo_test() {
        let text = "running 3 tests\n...\ntest result: \x1b[32mok\x1b[0m. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.02s\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out; finished in 0.02s\n";
        assert_eq!(Counts::of_cargo_test(text), Counts { passed: 4, failed: 2, skipped: 1 });
    }

    #[test]
    fn reads_the_totals_of_tap() {
        let text = "ok 1 - a # SKIP\n# tests 9\n# suites 2\n# pass 4\n# fail 1\n# cancelled 2\n# skipped 1\n# todo 1\n# duration_ms 7.5\n";
        assert_eq!(Counts::of_tap(text), Counts { passed: 4, failed: 3, skipped: 2 });
    }

    #[test]
    fn tells_why_a_test_failed_and_not_the_suites_around_it() {
        let text = "ok 1 - fine\n  ---\n  duration_ms: 1\n  ...\n    not ok 1 - a - b\n      ---\n      duration_ms: 2\n      \
                    location: 'a.mjs:7:1'\n      failureType: 'testCodeFailure'\n      error: |-\n        3 !== 4\n        \n      ...\n\
                    not ok 2 - the suite\n  ---\n  duration_ms: 2\n  failureType: 'subtestsFailed'\n  ...\n";
        let told = "a - b\n    location: 'a.mjs:7:1'\n    failureType: 'testCodeFailure'\n    error: |-\n    3 !== 4";
        assert_eq!(failures_of_tap(text), [told]);
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(failures_of_tap("").is_empty());
        assert_eq!(Counts::of_cargo_test("error: could not compile"), Counts::default());
        assert_eq!(Counts::of_tap(""), Counts::default());
    }
}
