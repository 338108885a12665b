//! Runs other programs with a label, a time limit, visible progress, and errors that name the
//! command.
//!
//! Each child gets its own process group. A time limit or Ctrl-C therefore also ends the programs
//! that the child started (a browser, a server).

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::paths;

/// The way in which a child's output is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    /// Shows one progress line, and the output only if the child fails.
    Quiet,
    /// Shows all output as it arrives.
    All,
}

/// A program to run.
pub struct Run {
    program: OsString,
    args: Vec<OsString>,
    dir: PathBuf,
    envs: Vec<(OsString, Option<OsString>)>,
    label: String,
    limit: Duration,
    show: Show,
}

/// The result of a program that has ended.
pub struct Ended {
    /// Its exit status; `None` if it was stopped at the time limit.
    pub status: Option<ExitStatus>,
    /// Its output on both streams.
    pub text: String,
    /// The time it ran.
    pub took: Duration,
    what: String,
    limit: Duration,
}

impl Ended {
    /// Whether the program ended with status 0.
    pub fn ok(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Returns an error unless the program ended with status 0.
    pub fn check(&self) -> Result<()> {
        match self.status {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("`{}` failed: {status}", self.what),
            None => bail!("`{}` was stopped at its time limit of {}", self.what, time(self.limit)),
        }
    }
}

impl Run {
    /// Prepares a program to run in the root of the workspace, with a time limit of ten minutes.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref().to_owned();
        let label = Path::new(&program).file_stem().unwrap_or(&program).to_string_lossy().into_owned();
        Self {
            program,
            args: Vec::new(),
            dir: paths::root().to_owned(),
            envs: Vec::new(),
            label,
            limit: Duration::from_secs(600),
            show: Show::Quiet,
        }
    }

    /// Prepares the cargo that runs this program.
    pub fn cargo() -> Self {
        Self::new(paths::cargo())
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds arguments that are written as one text, with spaces between them.
    pub fn words(self, words: &str) -> Self {
        self.args(words.split_whitespace())
    }

    /// Sets the working folder.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = dir.as_ref().to_owned();
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Removes an environment variable.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.as_ref().to_owned(), None));
        self
    }

    /// Sets the label: the purpose of the program in a few words.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Stops the program after this time.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Shows the output as it arrives.
    pub fn loud(mut self) -> Self {
        self.show = Show::All;
        self
    }

    /// Runs the program; any exit status except 0 is an error.
    pub fn run(self) -> Result<()> {
        self.finish()?.check()
    }

    /// Runs the program and returns the text of its standard output, without a progress line.
    pub fn read(self) -> Result<String> {
        self.filter("")
    }

    /// Runs the program with a text on its standard input, and returns the text of its standard
    /// output.
    pub fn filter(self, input: &str) -> Result<String> {
        let what = self.what();
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("could not run `{what}`"))?;
        let mut stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(stdin) = &mut stdin {
                    // A program that does not read its input may still succeed; its status decides.
                    let _ = stdin.write_all(input.as_bytes());
                }
            });
            child.wait_with_output()
        });
        let output = output.with_context(|| format!("could not read from `{what}`"))?;
        if !output.status.success() {
            bail!("`{what}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
        }
        String::from_utf8(output.stdout).with_context(|| format!("the output of `{what}` is not UTF-8"))
    }

    /// Runs the program to its end, with any exit status.
    pub fn finish(self) -> Result<Ended> {
        let what = self.what();
        let start = Instant::now();
        let mut progress = Progress::start(&self.label, self.show);
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        own_group(&mut command);
        let mut child = command.spawn().with_context(|| format!("could not run `{what}`"))?;
        let group = Group::of(&child);
        let output = listen(&mut child);

        let mut bytes = Vec::new();
        let mut status = None;
        let mut stopped = false;
        let mut closed = false;
        // Programs that an ended child left running may keep its streams open, so they are read
        // only for a short time.
        let mut read_until = start;
        while status.is_none() || !(closed || Instant::now() > read_until) {
            match output.recv_timeout(Duration::from_millis(50)) {
                Ok(chunk) => {
                    if self.show == Show::All {
                        progress.pass_on(&chunk);
                    }
                    bytes.extend_from_slice(&chunk);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    closed = true;
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
            progress.tick(start.elapsed());
            if status.is_none() {
                status = child.try_wait().with_context(|| format!("could not wait for `{what}`"))?;
                read_until = Instant::now() + Duration::from_secs(2);
                if status.is_none() && !stopped && start.elapsed() > self.limit {
                    stopped = true;
                    group.end();
                }
            }
        }
        group.end_rest();
        let took = start.elapsed();
        let ended = Ended {
            status: status.filter(|_| !stopped),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            took,
            what,
            limit: self.limit,
        };
        progress.end(&ended);
        Ok(ended)
    }

    /// Replaces this program by the other if the system can; Ctrl-C then reaches only that one.
    pub fn become_it(self) -> Result<()> {
        let what = self.what();
        let mut command = self.command();
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            Err(command.exec()).with_context(|| format!("could not run `{what}`"))
        }
        #[cfg(not(unix))]
        {
            let status = command.status().with_context(|| format!("could not run `{what}`"))?;
            if status.success() { Ok(()) } else { bail!("`{what}` failed: {status}") }
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir);
        for (name, value) in &self.envs {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// The command line, for error messages.
    fn what(&self) -> String {
        let program = Path::new(&self.program).file_name().unwrap_or(&self.program);
        let words = std::iter::once(program).chain(self.args.iter().map(OsString::as_os_str));
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }
}

/// Reads both streams of a child on threads of their own, so that neither blocks the child.
fn listen(child: &mut Child) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    for mut stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                if sender.send(buffer.iter().take(read).copied().collect()).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// The progress line of one child.
struct Progress<'a> {
    label: &'a str,
    show: Show,
    terminal: bool,
    next: Duration,
}

impl<'a> Progress<'a> {
    fn start(label: &'a str, show: Show) -> Self {
        let terminal = std::io::stdout().is_terminal();
        match show {
            Show::All => println!("--- {label}"),
            Show::Quiet if terminal => print!("    {label} …"),
            Show::Quiet => {}
        }
        flush();
        let next = Duration::from_secs(if terminal { 1 } else { 30 });
        Self { label, show, terminal, next }
    }

    fn pass_on(&mut self, chunk: &[u8]) {
        // A closed standard output must not stop the work.
        let _ = std::io::stdout().write_all(chunk);
        flush();
    }

    fn tick(&mut self, elapsed: Duration) {
        if elapsed < self.next || self.show == Show::All {
            return;
        }
        if self.terminal {
            print!("\r    {} … {}", self.label, time(elapsed));
            self.next += Duration::from_secs(1);
        } else {
            println!("    {} … {}", self.label, time(elapsed));
            self.next += Duration::from_secs(30);
        }
        flush();
    }

    fn end(self, ended: &Ended) {
        if self.show == Show::Quiet {
            let back = if self.terminal { "\r\x1b[2K" } else { "" };
            let word = if ended.ok() { "" } else { ": failed" };
            println!("{back}    {}{word} ({})", self.label, time(ended.took));
            if !ended.ok() {
                println!("{}", last_lines(&ended.text, 120));
            }
        }
        flush();
    }
}

fn flush() {
    // A closed standard output must not stop the work.
    let _ = std::io::stdout().flush();
}

fn last_lines(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(most);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// A duration for people: `0.3 s`, `12.0 s`, `3 min 20 s`.
pub fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 100.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {:02} s", duration.as_secs() / 60, duration.as_secs() % 60)
    }
}

/// The running process groups, for Ctrl-C.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A child's process group.
struct Group(u32);

impl Group {
    fn of(child: &Child) -> Self {
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
        Self(child.id())
    }

    /// Asks the group to end, and kills it a little later.
    fn end(&self) {
        signal_group(self.0, false);
        let id = self.0;
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(3));
            if GROUPS.lock().unwrap_or_else(PoisonError::into_inner).contains(&id) {
                signal_group(id, true);
            }
        });
    }

    /// Ends the programs that an ended child has left running.
    fn end_rest(self) {
        signal_group(self.0, true);
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|&id| id != self.0);
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(unix)]
fn signal_group(id: u32, hard: bool) {
    use nix::sys::signal::{Signal, killpg};
    let signal = if hard { Signal::SIGKILL } else { Signal::SIGTERM };
    if let Ok(id) = i32::try_from(id) {
        // The group may have ended already.
        let _ = killpg(nix::unistd::Pid::from_raw(id), signal);
    }
}

#[cfg(not(unix))]
fn signal_group(id: u32, _hard: bool) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).output();
}

/// Ends all children when this program receives a signal to end.
pub fn end_children_on_signal() -> Result<()> {
    #[cfg(unix)]
    ctrlc::set_handler(|| {
        let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for &id in &groups {
            signal_group(id, false);
        }
        if !groups.is_empty() {
            std::thread::sleep(Duration::from_secs(1));
        }
        for &id in &groups {
            signal_group(id, true);
        }
        std::process::exit(130);
    })
    .context("could not listen for signals")?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Run, time};

    fn shell(script: &str) -> Run {
        Run::new("sh").args(["-c", script])
    }

    #[test]
    fn the_status_and_both_streams_are_kept() {
        let ended = shell("echo out; echo err >&2; exit 3").finish().unwrap();
        assert_eq!(ended.status.and_then(|status| status.code()), Some(3));
        assert!(ended.text.contains("out") && ended.text.contains("err"));
        assert!(ended.check().unwrap_err().to_string().contains("exit status: 3"));
    }

    #[test]
    fn a_time_limit_ends_the_child_and_what_it_started() {
        let mark = std::env::temp_dir().join(format!("xtask-limit-{}", std::process::id()));
        let script = format!("(sleep 1; touch '{}') & sleep 20", mark.display());
        let start = Instant::now();
        let ended = shell(&script).limit(Duration::from_millis(200)).finish().unwrap();
        assert!(ended.status.is_none());
        assert!(ended.check().unwrap_err().to_string().contains("time limit of 0.2 s"));
        std::thread::sleep(Duration::from_millis(1500).saturating_sub(start.elapsed()));
        assert!(!mark.exists());
    }

    #[test]
    fn what_a_child_leaves_behind_does_not_hold_up_the_end() {
        let start = Instant::now();
        assert!(shell("sleep 20 & echo done").finish().unwrap().ok());
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn input_goes_in_and_output_comes_out() {
        assert_eq!(Run::new("cat").filter("text").unwrap(), "text");
        assert!(shell("echo why >&2; exit 1").read().unwrap_err().to_string().contains("why"));
    }

    #[test]
    fn times_are_for_people() {
        assert_eq!(time(Duration::from_millis(340)), "0.3 s");
        assert_eq!(time(Duration::from_secs(200)), "3 min 20 s");
    }
}
