//! Checks a file against the rules of a marketplace.

use crate::attachment::data_url::is_mime_type;
use crate::attachment::{Attachment, FileType, Found, usual};
use crate::rules::input::join;
use crate::rules::rule::{EMPTY_FILE, NOT_SENDABLE, UNTOLD_TYPE};
use crate::rules::settings::Settings;
use crate::rules::violation::{EMPTY, Violation, Violations, unknown_mime_type};
use crate::rules::words::{Bytes, Cut, File, Marketplace, Mime, Mimes, Text, Words, words};

/// The rules of a marketplace for files, and the words of its errors.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// The marketplace's id.
    pub marketplace: &'static str,
    /// The allowed mime types. `image/*` allows all images, even those that detection does not
    /// know.
    pub types: &'static [&'static str],
    /// The hint for a file of another type.
    pub hint: &'static str,
    /// The size limit in bytes, and the words for a larger file. Their figures are `max`, the
    /// file's bytes and `file`.
    pub max_bytes: Option<(u64, Words<TooLarge>)>,
    /// Reports problems of a file name.
    pub name: fn(&mut Violations, &str, &str),
    /// Whether the file is sent under its own name, which then must fit its content.
    pub sends_name: bool,
    /// Reports problems of a declared type.
    pub declared: fn(&mut Violations, &Settings, &str, &str, &Self),
    /// Whether a data URL is sent unchanged. If so, its type must equal the declared one.
    pub sends_data_urls: bool,
    /// Whether the type in a data URL is checked like a declared one. If not, only the content must
    /// be allowed, and be of the type that the data URL gives.
    pub judges_url_types: bool,
    /// The words for a file whose type is allowed but differs from the declared one. Their figures
    /// are `declared`, `found`, `file`, `_name` and `_found`.
    pub mismatch: Words<Mismatch>,
    /// The words for a file whose type is not allowed. Their figures are `allowed`, `found`,
    /// `file`, `_name`, `marketplace` and `_hint`.
    pub not_allowed: Words<NotAllowed>,
    /// The words for the same when another type was declared. Their figures are `allowed`,
    /// `declared`, `found`, `file`, `_name`, `marketplace` and `_hint`. `None` uses the words for a
    /// file without a declared type.
    pub not_as_declared: Option<Words<NotAsDeclared>>,
    /// The words for a file with a declared type whose content cannot be identified. Their figures
    /// are `allowed`, `file`, `declared`, `marketplace` and `_hint`. `None` uses the words for a
    /// file without a declared type.
    pub not_told: Option<Words<NotTold>>,
}

type TooLarge = (Bytes, Bytes, File<'static>);
type Mismatch = (Mime<'static>, Mime<'static>, File<'static>, Text<'static>, Text<'static>);
type NotAllowed = (Mimes<'static>, Mime<'static>, File<'static>, Text<'static>, Marketplace<'static>, Text<'static>);
type NotAsDeclared =
    (Mimes<'static>, Mime<'static>, Mime<'static>, File<'static>, Text<'static>, Marketplace<'static>, Text<'static>);
type NotTold = (Mimes<'static>, File<'static>, Mime<'static>, Marketplace<'static>, Text<'static>);

impl Allowed {
    /// The rules that most marketplaces share, for `..Allowed::OF_MOST`. Each marketplace sets
    /// `marketplace`, `types`, `hint` and `not_allowed` itself.
    pub const OF_MOST: Self = Self {
        marketplace: "",
        types: &[],
        hint: "",
        max_bytes: None,
        name: filename,
        sends_name: true,
        declared: |violations, settings, field, mime_type, allowed| {
            let may_be_new = settings.allow_unknown_values && !mime_type.is_empty();
            if !has(allowed.types, mime_type) && !may_be_new {
                violations.push(unknown_mime_type(field, mime_type, allowed.types, allowed.marketplace));
            }
        },
        sends_data_urls: false,
        judges_url_types: true,
        mismatch: words!(
            "mime_type_mismatch",
            ["declared", "found", "file", "_name", "_found"],
            "`{field}` is `{declared}`, but {file} is {_name}",
            "write {_found}, or choose another file",
        ),
        not_allowed: words!(
            "file_type_not_allowed",
            ["allowed", "found", "file", "_name", "marketplace", "_hint"],
            "`{field}` ({file}) is {_name}, which the marketplace does not accept",
            "{_hint}",
        ),
        not_as_declared: None,
        not_told: None,
    };

    /// Returns whether the marketplace accepts files of this type.
    #[must_use]
    pub fn takes(&self, mime_type: &str) -> bool {
        (has(self.types, mime_type) && !mime_type.ends_with('*')) || self.takes_kind(mime_type)
    }

    /// Returns whether the marketplace accepts every type of this kind: with `image/*`, all images.
    fn takes_kind(&self, mime_type: &str) -> bool {
        let starts = |kind: &str| mime_type.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind));
        let kind = |known: &&str| known.strip_suffix('*').is_some_and(starts);
        is_mime_type(mime_type) && !mime_type.ends_with('*') && self.types.iter().any(kind)
    }

    /// Returns whether a platform's guess is enough for content that detection does not know.
    fn may_be(&self, hint: &str, settings: &Settings) -> bool {
        self.is_undetectable(hint) || (settings.allow_unknown_values && !self.takes(hint))
    }

    /// Returns whether a declared type can be right whatever detection reports: the marketplace
    /// accepts its whole kind, and detection does not know it.
    fn is_undetectable(&self, declared: &str) -> bool {
        self.takes_kind(declared) && FileType::from_mime_type(declared).is_none()
    }
}

/// Returns whether a list of mime types has this one. Case says nothing in a mime type (RFC 2045).
fn has(types: &[&str], mime_type: &str) -> bool {
    types.iter().any(|known| known.eq_ignore_ascii_case(mime_type))
}

/// Reports all problems of a file.
pub fn file(allowed: &Allowed, file: &Attachment, field: &str, settings: &Settings, violations: &mut Violations) {
    (allowed.name)(violations, &join(field, "filename"), &file.filename);
    let Some(declared) = declared(allowed, file, field, settings, violations) else { return };
    let (name, size) = (File(&file.filename), file.size().unwrap_or_default());
    if let Some((max, words)) = allowed.max_bytes.filter(|(max, _)| size > *max) {
        violations.add(field, words, (Bytes(max), Bytes(size), name));
    }
    let is_judged = allowed.judges_url_types || file.mime_type.is_some();
    if is_judged && declared.is_some_and(|(_, mime_type)| !allowed.takes(mime_type)) {
        // The type is either reported already, or unknown but let through; the content cannot be
        // judged then.
        return;
    }
    match file.inspect() {
        // Detection has not run yet; it runs before the file is sent.
        None => {}
        Some(Found::Type(found)) => {
            content(allowed, file, field, declared, &found, settings, violations);
            if allowed.sends_name && allowed.takes(&found) {
                name_fits(violations, &join(field, "filename"), &file.filename, &found);
            }
        }
        Some(Found::Unknown) if file.size() == Some(0) => violations.add(field, EMPTY_FILE, (name,)),
        Some(Found::Unknown) => match (declared, allowed.not_told) {
            (Some((_, mime_type)), _) if allowed.is_undetectable(mime_type) => {}
            (None, _) if file.hint().is_some_and(|hint| allowed.may_be(hint, settings)) => {}
            (Some((_, mime_type)), Some(words)) => {
                let (types, place) = (Mimes(allowed.types), Marketplace(allowed.marketplace));
                violations.add(field, words, (types, name, Mime(mime_type), place, Text(allowed.hint)));
            }
            _ => {
                let (types, place) = (Mimes(allowed.types), Marketplace(allowed.marketplace));
                violations.add(field, UNTOLD_TYPE, (types, name, place, Text(allowed.hint)));
            }
        },
    }
}

/// Returns the declared type and the field that declares it. `None` if the data URL cannot be sent,
/// which is then reported.
fn declared<'a>(
    allowed: &Allowed,
    file: &'a Attachment,
    field: &str,
    settings: &Settings,
    violations: &mut Violations,
) -> Option<Option<(&'static str, &'a str)>> {
    const DECLARED: &str = "mime_type";
    let type_field = join(field, DECLARED);
    let declared = file.mime_type.as_deref();
    if let Some(mime_type) = declared {
        (allowed.declared)(violations, settings, &type_field, mime_type, allowed);
    }
    let said = declared.map(|mime_type| (DECLARED, mime_type));
    let Some(url) = file.data_url() else { return Some(said) };
    let data_field = join(field, "data");
    match (url, declared) {
        (Err(error), _) => {
            let figures = (Text(error.message()), Text(error.hint()));
            let mut violation = Violation::of(&data_field, NOT_SENDABLE, figures);
            violation.code = error.code();
            if let Some(at) = error.at() {
                violation = violation.with("at", at);
            }
            violations.push(violation);
            None
        }
        (Ok(url), Some(mime_type)) if allowed.sends_data_urls && usual(mime_type) != url.mime_type => {
            let words = words!(
                "mime_type_mismatch",
                ["declared", "found", "_other"],
                "`{field}` says that it is `{found}`, and `{_other}` says `{declared}`",
                "write the same type in both",
            );
            violations.add(&data_field, words, (Mime(mime_type), Mime(url.mime_type), Text(&type_field)));
            None
        }
        (Ok(_), Some(_)) => Some(said),
        (Ok(url), None) if !allowed.judges_url_types => Some(Some((DECLARED, url.mime_type))),
        // It is sent as it is, so its spelling counts.
        (Ok(url), None) if allowed.sends_data_urls && usual(url.mime_type) != url.mime_type => {
            violations.push(unknown_mime_type(&data_field, url.mime_type, allowed.types, allowed.marketplace));
            None
        }
        (Ok(url), None) => {
            (allowed.declared)(violations, settings, &data_field, url.mime_type, allowed);
            Some(Some((if allowed.sends_data_urls { DECLARED } else { "data" }, url.mime_type)))
        }
    }
}

/// Reports a content whose detected type is not allowed or differs from the declared one.
fn content(
    allowed: &Allowed,
    file: &Attachment,
    field: &str,
    declared: Option<(&str, &str)>,
    found: &str,
    settings: &Settings,
    violations: &mut Violations,
) {
    let (filename, place) = (File(&file.filename), Marketplace(allowed.marketplace));
    let name = Text(FileType::from_mime_type(found).map_or("a file of another type", FileType::name));
    match declared {
        Some((_, declared)) if declared.eq_ignore_ascii_case(found) && allowed.takes(found) => {}
        // `image/jpg`, `image/heif` and the like are other names for an image, and the file is an
        // image.
        Some((_, declared)) if allowed.is_undetectable(declared) && allowed.takes_kind(found) => {}
        Some((part, declared)) if allowed.takes(found) => {
            let figures = (Mime(declared), Mime(found), filename, name, Text(found));
            violations.add(&join(field, part), allowed.mismatch, figures);
        }
        None if allowed.takes(found) || settings.allow_unknown_values => {}
        _ => match (declared, allowed.not_as_declared) {
            (Some((_, declared)), Some(words)) => {
                let (types, hint) = (Mimes(allowed.types), Text(allowed.hint));
                let figures = (types, Mime(declared), Mime(found), filename, name, place, hint);
                violations.add(field, words, figures);
            }
            _ => {
                let figures = (Mimes(allowed.types), Mime(found), filename, name, place, Text(allowed.hint));
                violations.add(field, allowed.not_allowed, figures);
            }
        },
    }
}

/// *Ours*: reports a name whose extension stands for another type than the content's. Whoever opens
/// the file goes by its name.
pub fn name_fits(violations: &mut Violations, field: &str, name: &str, found: &str) {
    let Some((stem, extension)) = name.rsplit_once('.') else { return };
    let Some(declared) = FileType::from_extension(extension.trim_end()) else { return };
    let Some(found) = FileType::from_mime_type(found).filter(|found| *found != declared) else { return };
    let words = words!(
        "filename_mismatch",
        ["declared", "found", "file", "ending", "_name", "_better"],
        "`{field}` is `{file}`, but the file is {_name}",
        "name it {_better}, or choose another file",
    );
    let usual = found.extensions().first().copied().unwrap_or_default();
    let better = if usual.is_empty() { stem.to_owned() } else { [stem, ".", usual].concat() };
    let types = (Mime(declared.mime_type()), Mime(found.mime_type()));
    violations.add(field, words, (types.0, types.1, File(name), Text(usual), Text(found.name()), Cut(&better)));
}

/// *Ours*: the name must be safe in a file system and in a header.
pub fn filename(violations: &mut Violations, field: &str, name: &str) {
    let problem = if name.trim().is_empty() {
        return violations.add(field, EMPTY, (Text("give the file's name, such as label.pdf"),));
    } else if matches!(name, "." | "..") || name.contains(['/', '\\']) {
        "is a path, not a name"
    } else if name.chars().any(char::is_control) {
        "holds a control character"
    } else {
        return;
    };
    let words = words!(
        "invalid_filename",
        ["value", "_problem"],
        "`{field}` {_problem}",
        "give the file's name, such as label.pdf",
    );
    violations.add(field, words, (File(name), Text(problem)));
}
