//! `cargo xtask size`: reports the size of the package for its users, and whether it grew.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value, json};

use crate::paths;
use crate::paths::short;
use crate::run::Run;

/// How much larger than the snapshot a size may be, in percent.
const ALLOWED: u64 = 2;

/// The bytes that a page may download for an entry, with brotli: the module and all code.
const BARS: [(&str, u64); 4] = [
    ("seller-tickets", 209_000),
    ("seller-tickets/kaufland", 141_000),
    ("seller-tickets/files", 24_000),
    ("seller-tickets/desk", 15_000),
];

const FORMS: [&str; 3] = ["raw", "gzip", "brotli"];

/// The bytes of one part, raw, with gzip and with brotli.
pub struct Size {
    name: String,
    bytes: [u64; 3],
}

fn snapshot() -> PathBuf {
    paths::root().join("benches").join("size.json")
}

/// Prints all sizes next to those of the snapshot, and returns them.
pub fn print() -> Result<Vec<Size>> {
    let now = measure()?;
    let before = read_snapshot().unwrap_or_default();
    let width = now.iter().map(|size| size.name.len()).max().unwrap_or(0) + 2;
    println!(
        "\n{:<width$}{:>10}{:>10}{:>10}   brotli, against {}",
        "bytes",
        "raw",
        "gzip",
        "brotli",
        short(&snapshot())
    );
    for size in &now {
        let [raw, gzip, brotli] = size.bytes;
        let change = match before.iter().find(|old| old.name == size.name) {
            Some(old) => change(old.bytes[2], brotli),
            None => "new".to_owned(),
        };
        println!("{:<width$}{raw:>10}{gzip:>10}{brotli:>10}   {change}", size.name);
    }
    Ok(now)
}

/// Fails when a part grew by more than is allowed, or is not in the snapshot.
pub fn check() -> Result<()> {
    let now = print()?;
    let before = read_snapshot()?;
    let mut problems = [problems(&before, &now), too_large(&now)].concat();
    if with_table(&read_page()?, &before)? != read_page()? {
        problems.push(format!("the table of {} is not that of the snapshot", short(&page())));
    }
    if !problems.is_empty() {
        bail!("{}: run `cargo xtask size --update` if this is meant, and say why in the commit", problems.join("; "));
    }
    Ok(())
}

/// Writes the snapshot, and the table in the page about entries.
pub fn update() -> Result<()> {
    let mut all = Map::new();
    let now = print()?;
    let text = with_table(&read_page()?, &now)?;
    fs::write(page(), text).with_context(|| format!("could not write {}", short(&page())))?;
    for size in now {
        let forms: Map<String, Value> =
            FORMS.into_iter().zip(size.bytes).map(|(form, bytes)| (form.to_owned(), json!(bytes))).collect();
        all.insert(size.name, Value::Object(forms));
    }
    let file = snapshot();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    let text = serde_json::to_string_pretty(&all).context("the sizes are not JSON")?;
    fs::write(&file, text + "\n").with_context(|| format!("could not write {}", short(&file)))?;
    println!("\n{} and {}: written", short(&file), short(&page()));
    Ok(())
}

fn page() -> PathBuf {
    paths::root().join("docs").join("entries.md")
}

fn read_page() -> Result<String> {
    fs::read_to_string(page()).with_context(|| format!("could not read {}", short(&page())))
}

/// Returns the page with the table of these sizes in place of the old one.
fn with_table(page: &str, sizes: &[Size]) -> Result<String> {
    const BEGIN: &str = "<!-- sizes, by `cargo xtask size --update` -->\n";
    const END: &str = "<!-- end of sizes -->";
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for the table of sizes")?;
    let (_, after) = rest.split_once(END).context("the page's table of sizes has no end")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", table(sizes)))
}

/// Returns the table of what a page downloads for each entry that is meant for pages.
fn table(sizes: &[Size]) -> String {
    let mut table = "| a page that imports | downloads, in brotli |\n| --- | ---: |\n".to_owned();
    for size in sizes {
        let Some((entry, _)) = size.name.split_once(" (browser") else { continue };
        if entry != "seller-tickets/gateway" {
            let kilobytes = size.bytes[2].div_ceil(1000);
            table += &format!("| `{entry}` | {kilobytes} kB |\n");
        }
    }
    // The entry without a module is of no use alone.
    let bytes_of = |name: &str| sizes.iter().find(|size| size.name == name).map(|size| size.bytes[2]);
    if let (Some(entry), Some(module)) = (bytes_of("seller-tickets/slim"), bytes_of("dist/seller_tickets_bg.wasm")) {
        table += &format!("| `seller-tickets/slim`, and its module | {} kB |\n", (entry + module).div_ceil(1000));
    }
    table
}

/// Returns the sizes of each entry, bundled as in a user's build; see `size.mjs`.
fn measure() -> Result<Vec<Size>> {
    let script = paths::root().join("xtask").join("src").join("size.mjs");
    let text = Run::new("node").arg(&script).arg(paths::package()).read()?;
    parse(&text).context("size.mjs printed something else than sizes")
}

fn read_snapshot() -> Result<Vec<Size>> {
    let file = snapshot();
    let text = fs::read_to_string(&file)
        .with_context(|| format!("could not read {}: `cargo xtask size --update` makes it", short(&file)))?;
    parse(&text).with_context(|| format!("{} holds something else than sizes", short(&file)))
}

fn parse(text: &str) -> Result<Vec<Size>> {
    let all: Map<String, Value> = serde_json::from_str(text).context("not a JSON object")?;
    all.into_iter()
        .map(|(name, forms)| {
            let form = |form: &str| forms[form].as_u64().ok_or_else(|| anyhow!("`{name}` has no {form} size"));
            let bytes = [form("raw")?, form("gzip")?, form("brotli")?];
            Ok(Size { name, bytes })
        })
        .collect()
}

fn problems(before: &[Size], now: &[Size]) -> Vec<String> {
    let mut problems = Vec::new();
    for size in now {
        let Some(old) = before.iter().find(|old| old.name == size.name) else {
            problems.push(format!("`{}` is not in the snapshot", size.name));
            continue;
        };
        let grown = |(_, before, now): &(&str, u64, u64)| now * 100 > before * (100 + ALLOWED);
        let forms = FORMS.into_iter().zip(old.bytes).zip(size.bytes).map(|((form, before), now)| (form, before, now));
        // One form is enough to report growth; brotli, the last, is what most users load.
        if let Some((form, before, now)) = forms.rev().find(grown) {
            problems.push(format!("`{}` grew from {before} to {now} bytes ({form})", size.name));
        }
    }
    for old in before {
        if !now.iter().any(|size| size.name == old.name) {
            problems.push(format!("`{}` is in the snapshot, but not in the package", old.name));
        }
    }
    problems
}

/// Returns the problems: entries that are above their limit or not in the package.
fn too_large(now: &[Size]) -> Vec<String> {
    let mut problems = Vec::new();
    for (entry, bar) in BARS {
        let in_page = format!("{entry} (browser");
        match now.iter().find(|size| size.name == entry || size.name.starts_with(&in_page)) {
            Some(size) if size.bytes[2] <= bar => {}
            Some(size) => problems.push(format!("`{}` is {} bytes (brotli), above {bar}", size.name, size.bytes[2])),
            None => problems.push(format!("`{entry}` is not in the package")),
        }
    }
    problems
}

fn change(before: u64, now: u64) -> String {
    if before == now { "=".to_owned() } else { format!("{:+.1} %", (now as f64 / before as f64 - 1.0) * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::{Size, parse, problems, too_large, with_table};

    fn size(name: &str, raw: u64) -> Size {
        Size { name: name.to_owned(), bytes: [raw, 10, 10] }
    }

    #[test]
    fn growth_of_more_than_two_percent_is_a_problem() {
        assert!(problems(&[size("wasm", 1000)], &[size("wasm", 1020)]).is_empty());
        assert_eq!(
            problems(&[size("wasm", 1000)], &[size("wasm", 1021)]),
            ["`wasm` grew from 1000 to 1021 bytes (raw)"]
        );
        assert!(problems(&[size("wasm", 1000)], &[size("wasm", 10)]).is_empty());
    }

    #[test]
    fn a_part_that_comes_or_goes_is_a_problem() {
        assert_eq!(problems(&[], &[size("wasm", 1)]), ["`wasm` is not in the snapshot"]);
        assert_eq!(problems(&[size("wasm", 1)], &[]), ["`wasm` is in the snapshot, but not in the package"]);
    }

    #[test]
    fn an_entry_above_its_bar_is_a_problem() {
        let sized = |name: &str, brotli| Size { name: name.to_owned(), bytes: [0, 0, brotli] };
        let good = [
            sized("seller-tickets (browser, node)", 209_000),
            sized("seller-tickets/kaufland", 141_000),
            sized("seller-tickets/files", 24_000),
            sized("seller-tickets/desk (browser)", 15_000),
            sized("seller-tickets/desk (node)", 900_000),
        ];
        assert!(too_large(&good).is_empty());
        let bad = [
            sized("seller-tickets (workerd)", 1),
            sized("seller-tickets/kaufland (browser, node)", 141_001),
            sized("seller-tickets/files", 1),
            sized("seller-tickets/desk (browser)", 1),
        ];
        assert_eq!(
            too_large(&bad),
            [
                "`seller-tickets` is not in the package",
                "`seller-tickets/kaufland (browser, node)` is 141001 bytes (brotli), above 141000"
            ]
        );
    }

    #[test]
    fn the_table_has_the_entries_for_pages() {
        let sizes = [
            Size { name: "dist/seller_tickets_bg.wasm".to_owned(), bytes: [0, 0, 159_316] },
            Size { name: "seller-tickets/slim".to_owned(), bytes: [0, 0, 24_709] },
            Size { name: "seller-tickets/kaufland (browser, node)".to_owned(), bytes: [0, 0, 107_410] },
            Size { name: "seller-tickets/kaufland (workerd)".to_owned(), bytes: [0, 0, 9] },
            Size { name: "seller-tickets/gateway (browser, node)".to_owned(), bytes: [0, 0, 9] },
        ];
        let page = "a\n<!-- sizes, by `cargo xtask size --update` -->\nold\n<!-- end of sizes -->\nb";
        let made = with_table(page, &sizes).unwrap();
        assert_eq!(
            made,
            "a\n<!-- sizes, by `cargo xtask size --update` -->\n\
             | a page that imports | downloads, in brotli |\n| --- | ---: |\n\
             | `seller-tickets/kaufland` | 108 kB |\n\
             | `seller-tickets/slim`, and its module | 185 kB |\n<!-- end of sizes -->\nb"
        );
        assert_eq!(with_table(&made, &sizes).unwrap(), made);
        assert!(with_table("a", &sizes).is_err());
    }

    #[test]
    fn reads_what_it_is_given_and_nothing_else() {
        let sizes = parse(r#"{"wasm": {"raw": 3, "gzip": 2, "brotli": 1}}"#).unwrap();
        assert_eq!(
            sizes.iter().map(|size| (size.name.as_str(), size.bytes)).collect::<Vec<_>>(),
            [("wasm", [3, 2, 1])]
        );
        assert!(parse(r#"{"wasm": {"raw": 3}}"#).is_err());
        assert!(parse("[]").is_err());
    }
}
