//! A module whose panics trap without a word.
//!
//! The library never panics on purpose, and in wasm nobody hears what a panic says: it goes to a standard error that is not
//! there, and then the module traps. All the same every check of the standard library brings its message along, and with
//! the messages what formats floating point numbers, characters and ranges. So the functions that begin a panic become what
//! they end in, the trap, and `wasm-opt` then finds that nothing calls the rest any more. What it cannot find are the places
//! in source files that panics name, since they are data; they become zeros.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionKind, ModuleConfig};

/// Rewrites the module `from` to `to`. Its functions must have names.
pub fn quiet(from: &Path, to: &Path) -> Result<()> {
    let mut module = ModuleConfig::new()
        .generate_producers_section(false)
        .parse_file(from)
        .with_context(|| format!("could not read {}", from.display()))?;
    let begin: Vec<_> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(begins_panic))
        .map(|(id, function)| (id, module.types.get(function.ty()).clone()))
        .collect();
    // Another compiler may have other names for them; then this has to learn them.
    if begin.is_empty() {
        bail!("no function of {} begins a panic", from.display());
    }
    for (id, ty) in begin {
        let mut builder = FunctionBuilder::new(&mut module.types, ty.params(), ty.results());
        builder.func_body().unreachable();
        let params = ty.params().iter().map(|ty| module.locals.add(*ty)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(params));
    }
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for data in data {
        let data = module.data.get_mut(data);
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            for range in places(&data.value, start.unsigned_abs()) {
                data.value.get_mut(range).unwrap_or_default().fill(0);
            }
        }
    }
    module.emit_wasm_file(to).with_context(|| format!("could not write {}", to.display()))
}

/// Where data that begins at this address has a `core::panic::Location` (the address and length of a file's name, a line, a
/// column), and where the names are.
fn places(data: &[u8], start: u32) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for at in (0..data.len()).step_by(4) {
        let mut words = data
            .get(at..)
            .unwrap_or_default()
            .chunks_exact(4)
            .map(|word| word.iter().rev().fold(0u32, |number, byte| number << 8 | u32::from(*byte)));
        let [Some(name), Some(length), Some(1..), Some(1..)] = [(); 4].map(|()| words.next()) else { continue };
        let name = name.checked_sub(start).and_then(|name| usize::try_from(name).ok());
        let name = name.map(|name| name..name.saturating_add(length as usize));
        if let Some(name) = name.filter(|name| data.get(name.clone()).is_some_and(|name| name.ends_with(b".rs"))) {
            places.extend([at..at.saturating_add(16), name]);
        }
    }
    places
}

/// Whether a function of this name never returns and only says why.
fn begins_panic(name: &str) -> bool {
    let name = without_hashes(name);
    [
        "core::panicking::",
        "core::option::expect_failed",
        "core::option::unwrap_failed",
        "core::result::unwrap_failed",
        "core::cell::panic_",
        "core::slice::index::slice_index_fail",
        "core::str::slice_error_fail",
        "std::thread::local::panic_",
        "alloc::raw_vec::handle_error",
        "alloc::raw_vec::capacity_overflow",
        "alloc::alloc::handle_alloc_error",
    ]
    .iter()
    .any(|begin| name.starts_with(begin))
}

/// `core::panicking::panic` for `core[c5930c85a12de822]::panicking::panic`.
fn without_hashes(name: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::new();
    for letter in name.chars() {
        match letter {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    #[test]
    fn what_begins_a_panic_is_told_from_what_may_return() {
        for name in [
            "core[c5930c85a12de822]::panicking::panic_fmt",
            "core::panicking::panic_bounds_check::h0123456789abcdef",
            "core[0]::str::slice_error_fail",
            "alloc[3ca501edff3f0c7c]::raw_vec::handle_error",
        ] {
            assert!(begins_panic(name), "{name}");
        }
        for name in [
            "core[c5930c85a12de822]::str::converts::from_utf8",
            "alloc::raw_vec::RawVecInner<A>::finish_grow",
            "<core::panicking::X as Y>::z",
            "seller_tickets::panicking::panic",
            "",
        ] {
            assert!(!begins_panic(name), "{name}");
        }
    }

    #[test]
    fn places_are_told_from_other_data() {
        let data = |name: u32, length: u32, line: u32, column: u32| {
            let mut data = b"src/a.rs, b".to_vec();
            data.resize(12, 0);
            data.extend([7, name, length, line, column, 7].map(u32::to_le_bytes).as_flattened());
            data
        };
        assert_eq!(places(&data(1000, 8, 12, 9), 1000), [16..32, 0..8]);
        assert_eq!(places(&data(1004, 4, 12, 9), 1000), [16..32, 4..8]);
        for other in
            [data(1000, 7, 12, 9), data(1000, 8, 0, 9), data(1000, 8, 12, 0), data(999, 8, 12, 9), data(1000, 99, 1, 1)]
        {
            assert_eq!(places(&other, 1000), []);
        }
    }

    #[test]
    fn only_what_begins_a_panic_becomes_a_trap() {
        let mut module = walrus::Module::default();
        let mut function = |name: &str, params: &[ValType]| {
            let mut builder = FunctionBuilder::new(&mut module.types, params, &[]);
            builder.name(name.to_owned()).func_body().i32_const(7).drop();
            let params = params.iter().map(|ty| module.locals.add(*ty)).collect();
            let id = builder.finish(params, &mut module.funcs);
            module.exports.add(name, id);
        };
        function("core::panicking::panic", &[ValType::I32]);
        function("seller_tickets::js::call", &[]);

        let folder = std::env::temp_dir().join(format!("seller-tickets-quiet-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (from, to) = (folder.join("from.wasm"), folder.join("to.wasm"));
        module.emit_wasm_file(&from).unwrap();
        quiet(&from, &to).unwrap();
        let module = walrus::Module::from_file(&to).unwrap();
        let length = |name: &str| {
            let function = module.funcs.get(module.funcs.by_name(name).unwrap()).kind.unwrap_local();
            function.block(function.entry_block()).instrs.len()
        };
        assert_eq!((length("core::panicking::panic"), length("seller_tickets::js::call")), (1, 2));

        // Where nothing has a name, nothing would be found.
        std::fs::write(&from, b"\0asm\x01\0\0\0").unwrap();
        assert!(quiet(&from, &to).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
