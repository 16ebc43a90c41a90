//! Texts that contain a text.

use diesel::sql_types::{Nullable, Text};

diesel::define_sql_function! {
    /// Lowers ASCII letters: in every database, since texts compare byte by byte.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

/// A pattern that finds a text within others, its wildcards taken literally.
pub(crate) fn pattern(q: &str) -> String {
    let mut pattern = String::with_capacity(q.len() + 2);
    pattern.push('%');
    for character in q.to_ascii_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
