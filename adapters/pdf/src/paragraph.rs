//! Text that is broken into lines.

use crate::face::{Faces, Run, Style};
use crate::length::Length;
use unicode_linebreak::linebreaks;

/// A text without what cannot stand on paper: a tab is a blank, other controls, marks of direction and what is no
/// character are left out. Line breaks of every kind become `\n`.
pub(crate) fn legible(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\t' => Some(' '),
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => None,
            c => Some(c),
        })
        .collect()
}

/// The same on one line.
pub(crate) fn on_one_line(text: &str) -> String {
    legible(text).split('\n').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The lines of a text that is at most so wide. Words are kept whole unless one is wider than a line. A text without a
/// letter has no line.
pub(crate) fn lines(faces: &Faces, text: &str, style: Style, width: Length) -> Vec<Run> {
    let text = legible(text);
    let text = text.trim_end().trim_start_matches('\n');
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .flat_map(|paragraph| broken(faces, paragraph.trim_end(), style, width))
        .map(|line| faces.run(line, style))
        .collect()
}

/// How wide the widest line of a text is that is broken only where its writer broke it.
pub(crate) fn natural_width(faces: &Faces, text: &str, style: Style) -> Length {
    legible(text).split('\n').map(|line| faces.run(line.trim_end(), style).width).max().unwrap_or_default()
}

fn broken<'t>(faces: &Faces, paragraph: &'t str, style: Style, width: Length) -> Vec<&'t str> {
    let whole = faces.run(paragraph, style);
    if whole.width <= width {
        return vec![paragraph];
    }
    let edges = Edges::of(faces, &whole);
    let mut lines = Vec::new();
    let mut start = 0;
    let mut fitting = 0;
    for (end, _) in linebreaks(paragraph) {
        // A word may begin a line, or several if it is wider than one.
        while edges.between(start, start + paragraph[start..end].trim_end().len()) > width {
            let end_of_line = if fitting > start { fitting } else { edges.last_within(start, width) };
            lines.push(paragraph[start..end_of_line].trim_end());
            start = end_of_line;
        }
        fitting = end;
    }
    if start < paragraph.len() {
        lines.push(&paragraph[start..]);
    }
    lines
}

/// Where the clusters of a run begin: in the text, and on the line.
struct Edges(Vec<(usize, Length)>);

impl Edges {
    fn of(faces: &Faces, run: &Run) -> Self {
        let units_per_em = faces.face(run.style.weight).units_per_em();
        let mut edges = Vec::with_capacity(run.letters.len() + 1);
        let mut advance = 0;
        for letter in &run.letters {
            if edges.last().is_none_or(|(byte, _)| *byte < letter.bytes.start) {
                edges.push((letter.bytes.start, advance * run.style.size / units_per_em));
            }
            advance += letter.advance;
        }
        edges.push((run.text.len(), run.width));
        Self(edges)
    }

    fn at(&self, byte: usize) -> Length {
        let i = self.0.partition_point(|(edge, _)| *edge < byte);
        self.0.get(i).map_or(0, |(_, x)| *x)
    }

    fn between(&self, start: usize, end: usize) -> Length {
        self.at(end) - self.at(start)
    }

    /// The last edge that is not too far from `start`; the next one after it if even that is.
    fn last_within(&self, start: usize, width: Length) -> usize {
        let limit = self.at(start) + width;
        let after = self.0.partition_point(|(byte, _)| *byte <= start);
        let beyond = self.0.partition_point(|(_, x)| *x <= limit);
        self.0.get(beyond.saturating_sub(1).max(after)).map_or(usize::MAX, |(byte, _)| *byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::length::POINT;

    const STYLE: Style = Style::regular(10 * POINT);

    fn broken_at(text: &str, width: Length) -> Vec<String> {
        let faces = Faces::get().unwrap();
        let lines = lines(faces, text, STYLE, width);
        for line in &lines {
            let is_one_letter = line.letters.iter().all(|letter| letter.bytes.start == 0);
            assert!(line.width <= width || is_one_letter, "{} is too wide", line.text);
        }
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(broken_at("one two three four", 50 * POINT), ["one two", "three four"]);
        assert_eq!(broken_at("one two", 500 * POINT), ["one two"]);
        assert_eq!(broken_at("well-known side effect", 40 * POINT), ["well-", "known", "side", "effect"]);
    }

    #[test]
    fn breaks_of_the_writer_are_kept() {
        assert_eq!(broken_at("one\n\ntwo\r\nthree", 500 * POINT), ["one", "", "two", "three"]);
        assert_eq!(broken_at("\none\n", 500 * POINT), ["one"]);
    }

    #[test]
    fn a_word_that_is_too_wide_is_cut() {
        let word = "x".repeat(100);
        let lines = broken_at(&word, 50 * POINT);
        assert!(lines.len() > 5);
        assert_eq!(lines.concat(), word);
        let lines = broken_at(&format!("so {word} it is"), 50 * POINT);
        assert_eq!(lines.join("").replace(' ', ""), format!("so{word}itis"));
        // Even where not one letter fits.
        assert_eq!(broken_at("abc", 1), ["a", "b", "c"]);
        assert_eq!(broken_at("a\u{301}b", 1).len(), 2);
    }

    #[test]
    fn no_letter_is_lost() {
        let text = "Кириллица и ελληνικά, “quoted” – 100 000,00 € naïve café; 漢字漢字漢字 🦀🦀";
        for width in [1, 20, 35, 60, 100, 250, 1_000] {
            let lines = broken_at(text, width * POINT);
            let kept: String = lines.concat().chars().filter(|c| !c.is_whitespace()).collect();
            let all: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(kept, all, "{width}");
        }
    }

    #[test]
    fn text_without_a_letter_has_no_line() {
        for text in ["", " ", "\n\n", "\u{feff}\u{202e}", "\0"] {
            assert_eq!(broken_at(text, 50 * POINT), Vec::<String>::new(), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_stand_on_paper_is_left_out() {
        assert_eq!(legible("a\tb\u{7}c\u{202e}d\u{fffe}e\rf\u{2028}g"), "a bcde\nf\ng");
        assert_eq!(on_one_line(" a\n\n b\r\nc "), "a b c");
    }
}
