//! Which file imports which: each room only from those below it, and no two files in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::paths::short;
use crate::{paths, stamp};

/// The rooms of the facade, lowest first. The generated types are ground, too.
const FACADE: [&str; 12] = [
    "generated",
    "ground",
    "words",
    "locales",
    "wasm",
    "files",
    "send",
    "core",
    "marketplaces",
    "gateway",
    "desk",
    "entries",
];

/// The rooms of the crate, lowest first.
const CRATE: [&str; 11] =
    ["wire", "rules", "attachment", "model", "vendor", "call", "client", "marketplaces", "desk", "registry", "js"];

/// What each imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Fails when the imports of the facade, the crate, the demo or this program lead upwards or in a circle.
pub fn check() -> Result<()> {
    let root = paths::root();
    let facade = scripts(&root.join("pkg-template").join("src"))?;
    let mut problems = upwards(&facade, &FACADE, &room_of_script);
    let mut circular = vec![facade];
    for room in ["dashboard", "marketplaces", "worker"] {
        circular.push(scripts(&root.join("www-demo").join(room))?);
    }
    problems.extend(upwards(&crates(&root.join("src"))?, &CRATE, &str::to_owned));
    circular.push(crates(&root.join("xtask").join("src"))?);
    problems.extend(circular.iter().filter_map(circle).map(|files| format!("a circle: {}", files.join(" → "))));
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// The imports of all TypeScript files of a folder, by their paths in it.
fn scripts(folder: &Path) -> Result<Imports> {
    let files = stamp::files_below(folder)?;
    let files: BTreeSet<PathBuf> = files.into_iter().filter(|file| is_script(file)).collect();
    let name = |file: &Path| file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let mut all = Imports::new();
    for file in &files {
        let imported = specifiers(&read(file)?)
            .into_iter()
            .filter_map(|specifier| {
                let path = clean(&file.parent()?.join(specifier));
                let stem = path.with_extension("");
                // `./x.js` is x.ts, and `./x` is x.ts, x.tsx or x/index.ts.
                [path.clone(), stem.with_extension("ts"), path.with_extension("ts"), path.with_extension("tsx")]
                    .into_iter()
                    .chain([path.join("index.ts"), path.join("index.tsx")])
                    .find(|candidate| files.contains(candidate))
            })
            .map(|found| name(&found))
            .collect();
        all.insert(name(file), imported);
    }
    Ok(all)
}

fn is_script(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "ts" || extension == "tsx")
}

/// The relative specifiers of `import … from`, `export … from`, `import "…"` and `import("…")`.
fn specifiers(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("*") && !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        ["from \"", "import \"", "import(\""]
            .into_iter()
            .flat_map(|before| line.split(before).skip(1).filter_map(|rest| rest.split('"').next()))
            .filter(|specifier| specifier.starts_with('.'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .collect()
}

/// The imports of a crate's rooms: what stands after `crate::`, outside of tests.
fn crates(folder: &Path) -> Result<Imports> {
    let mut all = Imports::new();
    for file in stamp::files_below(folder)? {
        let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let is_test = path.ends_with("tests.rs") || path.ends_with("testing.rs") || path.contains("tests/");
        let room = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if !path.ends_with(".rs") || is_test || room == "lib" || room == "main" {
            continue;
        }
        let text = read(&file)?;
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let imported = code.flat_map(|line| line.split("crate::").skip(1)).flat_map(first_names);
        let rooms = all.entry(room.to_owned()).or_default();
        rooms.extend(imported.filter(|name| name != room));
    }
    Ok(all)
}

/// The names after `crate::`: one, or those of a list in braces.
fn first_names(path: &str) -> Vec<String> {
    let word =
        |text: &str| -> String { text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    match path.strip_prefix('{') {
        Some(list) => list.split(['}', ';']).next().unwrap_or_default().split(',').map(word).collect(),
        None => vec![word(path)],
    }
}

fn room_of_script(file: &str) -> String {
    file.split('/').next().unwrap_or_default().to_owned()
}

/// Imports of a room above, and of one that is not in the list.
fn upwards(imports: &Imports, rooms: &[&str], room_of: &dyn Fn(&str) -> String) -> Vec<String> {
    let height = |file: &str| rooms.iter().position(|room| *room == room_of(file));
    // The public types of the generated file name those of `ground/types.ts`, which imports nothing.
    let allowed = |from: &str, to: &str| from == "generated/types.ts" && to == "ground/types.ts";
    let mut problems = Vec::new();
    for (file, imported) in imports {
        let Some(here) = height(file) else {
            problems.push(format!("{file} is in no room"));
            continue;
        };
        for other in imported.iter().filter(|other| !allowed(file, other)) {
            if height(other).is_some_and(|there| there > here) {
                problems.push(format!("{file} imports {other}, which is above it"));
            }
        }
    }
    problems
}

/// The files of one circle, if there is any.
fn circle(imports: &Imports) -> Option<Vec<&str>> {
    let mut left = imports.clone();
    // Whatever imports nothing that is left is in no circle.
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, imported)| !imported.iter().any(|other| left.contains_key(other)))
            .map(|(file, _)| file.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|file, _| !free.contains(file));
    }
    let (mut at, _) = left.first_key_value()?;
    let mut walked: Vec<&String> = Vec::new();
    while !walked.contains(&at) {
        walked.push(at);
        at = left.get(at)?.iter().find(|other| left.contains_key(*other))?;
    }
    let begin = walked.iter().position(|file| *file == at)?;
    let names = walked.into_iter().skip(begin).filter_map(|file| imports.get_key_value(file));
    Some(names.map(|(name, _)| name.as_str()).collect())
}

/// The path without `.` and `..`.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("could not read {}", short(file)))
}

#[cfg(test)]
mod tests {
    use super::{Imports, circle, first_names, room_of_script, specifiers, upwards};

    fn imports(pairs: &[(&str, &[&str])]) -> Imports {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        pairs.iter().map(|(file, names)| ((*file).to_owned(), list(names))).collect()
    }

    #[test]
    fn finds_every_form_of_an_import() {
        let text = "import { a } from \"./a.js\";\nimport \"../b.js\";\nexport * from \"./c.js\";\n\
                    } from \"./d.js\";\ntype E = import(\"./e.js\").E;\n * from \"./words.js\"\nimport x from \"node:x\";";
        assert_eq!(specifiers(text), ["./a.js", "../b.js", "./c.js", "./d.js", "./e.js"]);
        assert_eq!(first_names("wire::url::Url"), ["wire"]);
        assert_eq!(first_names("{paths, pack::short, stamp};"), ["paths", "pack", "stamp"]);
    }

    #[test]
    fn an_import_from_above_is_a_problem() {
        let rooms = ["ground", "core"];
        let good = imports(&[("core/a.ts", &["ground/b.ts"]), ("ground/b.ts", &[])]);
        assert!(upwards(&good, &rooms, &room_of_script).is_empty());
        let bad = imports(&[("ground/b.ts", &["core/a.ts"]), ("cellar/c.ts", &[])]);
        assert_eq!(
            upwards(&bad, &rooms, &room_of_script),
            ["cellar/c.ts is in no room", "ground/b.ts imports core/a.ts, which is above it"]
        );
    }

    #[test]
    fn a_circle_is_found_behind_what_leads_to_it() {
        assert_eq!(circle(&imports(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])), None);
        let round = imports(&[("a", &["b"]), ("b", &["c"]), ("c", &["d"]), ("d", &["b"]), ("e", &[])]);
        assert_eq!(circle(&round), Some(vec!["b", "c", "d"]));
    }
}
