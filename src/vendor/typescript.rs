//! The TypeScript of the types that a marketplace offers, for the programs that print it.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use ts_rs::{Config, TS, TypeVisitor};

/// A type that TypeScript sees, together with all types that it refers to.
#[derive(Clone, Copy)]
pub struct Type {
    /// Whether it is of values that a caller gives, and not of values that a caller gets.
    pub is_given: bool,
    inline: fn(&Config) -> String,
    collect: fn(&mut Declarations<'_>),
    collect_inner: fn(&mut Declarations<'_>),
}

impl Type {
    /// Returns the type `T` of values that a caller gets.
    #[must_use]
    pub const fn of<T: TS + 'static>() -> Self {
        Self { is_given: false, ..Self::given::<T>() }
    }

    /// Returns the type `T` of values that a caller gives.
    #[must_use]
    pub const fn given<T: TS + 'static>() -> Self {
        Self {
            is_given: true,
            inline: T::inline,
            collect: |all| all.visit::<T>(),
            collect_inner: |all| T::visit_dependencies(all),
        }
    }

    /// Returns the type without a name.
    #[must_use]
    pub fn inline(&self, config: &Config) -> String {
        (self.inline)(config)
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Type")
    }
}

/// The exported declarations of types, with their documentation. Each type is declared once.
pub struct Declarations<'a> {
    config: &'a Config,
    known: Vec<TypeId>,
    texts: Vec<String>,
    /// The declarations that one type adds, by their names: ts-rs visits in another order each time
    /// that it is compiled.
    new: BTreeMap<String, String>,
}

impl fmt::Debug for Declarations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts.concat())
    }
}

impl<'a> Declarations<'a> {
    /// Returns no declarations yet.
    #[must_use]
    pub const fn new(config: &'a Config) -> Self {
        Self { config, known: Vec::new(), texts: Vec::new(), new: BTreeMap::new() }
    }

    /// Adds a type.
    pub fn add(&mut self, it: &Type) {
        (it.collect)(self);
        self.sort();
    }

    /// Adds the types that a type refers to, and not the type itself.
    pub fn add_inner(&mut self, it: &Type) {
        (it.collect_inner)(self);
        self.sort();
    }

    fn sort(&mut self) {
        self.texts.extend(std::mem::take(&mut self.new).into_values());
    }

    /// Returns the declarations that were added since the last time.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.texts)
    }
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let id = TypeId::of::<T>();
        // A type without a file of its own is no declared one: text, a number, a list.
        if T::output_path().is_none() || self.known.contains(&id) {
            return;
        }
        self.known.push(id);
        T::visit_dependencies(self);
        let text = format!("\n{}export {}\n", T::docs().unwrap_or_default(), T::decl(self.config));
        self.new.insert(T::name(self.config), text);
    }
}
