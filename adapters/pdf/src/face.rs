//! The fonts, and text as letters of a font.

use crate::length::Length;
use harfrust::{Direction, Feature, FontRef, ShapePlan, Shaper, ShaperData, Tag, UnicodeBuffer, script};
use krilla::text::Font;
use partita_application::ports::PrintError;
use std::ops::Range;
use std::sync::OnceLock;

static REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");

/// What stands for a character that the fonts do not have.
const REPLACEMENT: char = '\u{25a1}';

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// How figures stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figures {
    /// Each as wide as it is: in sentences.
    Proportional,
    /// All equally wide: below each other.
    Tabular,
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: Length,
    pub(crate) figures: Figures,
}

impl Style {
    pub(crate) const fn regular(size: Length) -> Self {
        Self { weight: Weight::Regular, size, figures: Figures::Proportional }
    }

    pub(crate) const fn semi_bold(size: Length) -> Self {
        Self { weight: Weight::SemiBold, ..Self::regular(size) }
    }

    pub(crate) const fn tabular(self) -> Self {
        Self { figures: Figures::Tabular, ..self }
    }

    /// From one baseline to the next.
    pub(crate) const fn leading(self) -> Length {
        self.size * 142 / 100
    }
}

/// A letter: distances in the font's units, and the bytes of the text that it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) id: u32,
    pub(crate) advance: i64,
    pub(crate) x_offset: i64,
    pub(crate) y_offset: i64,
    pub(crate) bytes: Range<usize>,
}

/// A piece of text on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) style: Style,
    pub(crate) letters: Vec<Letter>,
    pub(crate) width: Length,
}

/// A font, ready to be used.
pub(crate) struct Face {
    font: Font,
    shaper: Shaper<'static>,
    proportional: ShapePlan,
    tabular: ShapePlan,
    units_per_em: i64,
    replacement: u32,
}

impl Face {
    fn of(file: &'static [u8], data: &'static OnceLock<ShaperData>) -> Option<Self> {
        let font = FontRef::new(file).ok()?;
        let shaper = data.get_or_init(|| ShaperData::new(&font)).shaper(&font).build();
        let plan = |features: &[Feature]| {
            ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, features)
        };
        let mut face = Self {
            font: Font::new(file.into(), 0)?,
            proportional: plan(&[]),
            tabular: plan(&TABULAR),
            units_per_em: i64::from(shaper.units_per_em()),
            shaper,
            replacement: 0,
        };
        let replacement = face.letters(REPLACEMENT.encode_utf8(&mut [0; 4]), Figures::Proportional);
        face.replacement = replacement.first()?.id;
        Some(face)
    }

    /// The letters of a text, from left to right.
    ///
    /// One plan, that of Latin, serves all scripts of the fonts: they share kerning and the places of accents.
    fn letters(&self, text: &str, figures: Figures) -> Vec<Letter> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = match figures {
            Figures::Proportional => self.shaper.shape_with_plan(&self.proportional, buffer, &[]),
            Figures::Tabular => self.shaper.shape_with_plan(&self.tabular, buffer, &TABULAR),
        };
        let infos = shaped.glyph_infos();
        let mut letters: Vec<Letter> = infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| Letter {
                id: if info.glyph_id == 0 { self.replacement } else { info.glyph_id },
                advance: i64::from(position.x_advance),
                x_offset: i64::from(position.x_offset),
                y_offset: i64::from(position.y_offset),
                bytes: info.cluster as usize..text.len(),
            })
            .collect();
        // The letters of a cluster show the same bytes, up to where the next cluster begins.
        let mut next = text.len();
        let mut end = text.len();
        for letter in letters.iter_mut().rev() {
            if letter.bytes.start < next {
                end = next;
                next = letter.bytes.start;
            }
            letter.bytes.end = end;
        }
        letters
    }

    pub(crate) fn font(&self) -> Font {
        self.font.clone()
    }

    pub(crate) fn units_per_em(&self) -> i64 {
        self.units_per_em
    }
}

const TABULAR: [Feature; 1] = [Feature { tag: Tag::new(b"tnum"), value: 1, start: 0, end: u32::MAX }];

/// The fonts of every document.
pub(crate) struct Faces {
    regular: Face,
    semi_bold: Face,
}

impl Faces {
    /// The fonts that are part of the program; read when the first document is printed.
    pub(crate) fn get() -> Result<&'static Self, PrintError> {
        static FACES: OnceLock<Option<Faces>> = OnceLock::new();
        static DATA: [OnceLock<ShaperData>; 2] = [OnceLock::new(), OnceLock::new()];
        let read = || {
            let [regular, semi_bold] = &DATA;
            Some(Self { regular: Face::of(REGULAR, regular)?, semi_bold: Face::of(SEMI_BOLD, semi_bold)? })
        };
        let faces = FACES.get_or_init(read).as_ref();
        faces.ok_or_else(|| PrintError::Failed("the fonts of this program cannot be read".to_owned()))
    }

    pub(crate) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    /// A text on one line.
    pub(crate) fn run(&self, text: impl Into<String>, style: Style) -> Run {
        let text = text.into();
        let face = self.face(style.weight);
        let letters = face.letters(&text, style.figures);
        let advance: i64 = letters.iter().map(|letter| letter.advance).sum();
        Run { text, style, letters, width: advance * style.size / face.units_per_em }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::length::POINT;

    const STYLE: Style = Style::regular(10 * POINT);

    fn run(text: &str, style: Style) -> Run {
        Faces::get().unwrap().run(text, style)
    }

    fn is_replaced(text: &str) -> bool {
        let replacement = Faces::get().unwrap().face(Weight::Regular).replacement;
        run(text, STYLE).letters.iter().any(|letter| letter.id == replacement)
    }

    #[test]
    fn both_weights_have_the_letters_of_europe() {
        for text in [
            "ABCXYZ abcxyz 0123456789 .,:;!?'\"()[]{}<>/\\|@#$%^&*-_=+~`",
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
            "ĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŴŵŶŷŸŹźŻżŽžȘșȚțẞ",
            "Ạạ Ảả Ấấ Ầầ Ẩẩ Ẫẫ Ậậ Ắắ Ằằ Ẳẳ Ẵẵ Ặặ Ẹẹ Ẻẻ Ẽẽ Ếế Ơơ Ưư",
            "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ αβγδεζηθικλμνξοπρσςτυφχψω ΆΈΉΊΌΎΏ άέήίόύώϊϋΐΰ",
            "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя ІіЇїЄєҐґЎўЈјЉљЊњЋћЂђЏџЌќЃѓЅѕ",
            "€£¥₤₦₩₪₫₱₴₸₹₺₽₿¢¤ ‘’“”„‚«»‹›–—…•†‡§¶©®™°±×÷−½¼¾¹²³ªº µ №",
        ] {
            for weight in [Weight::Regular, Weight::SemiBold] {
                let style = Style { weight, ..STYLE };
                let run = run(text, style);
                let replacement = Faces::get().unwrap().face(weight).replacement;
                for letter in &run.letters {
                    assert!(letter.id != replacement, "{weight:?} lacks {}", &text[letter.bytes.clone()]);
                }
            }
        }
    }

    #[test]
    fn what_the_fonts_lack_is_replaced() {
        for text in ["漢字", "🦀", "\u{1f1e9}\u{1f1ea}", "\u{e000}", "א", "ก"] {
            assert!(is_replaced(text), "{text}");
        }
        assert!(!is_replaced("plain"));
    }

    #[test]
    fn accents_of_their_own_stand_with_their_letter() {
        let composed = run("é", STYLE);
        let decomposed = run("e\u{301}", STYLE);
        assert_eq!(decomposed.width, composed.width);
        assert!(decomposed.letters.iter().all(|letter| letter.bytes == (0..3)));
    }

    #[test]
    fn tabular_figures_are_equally_wide() {
        let style = STYLE.tabular();
        let widths: Vec<Length> = ('0'..='9').map(|figure| run(&figure.to_string(), style).width).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
        assert!(run("1", STYLE).width < run("1", style).width);
    }

    #[test]
    fn letters_tell_which_bytes_they_show() {
        let run = run("aé漢b", STYLE);
        let bytes: Vec<Range<usize>> = run.letters.iter().map(|letter| letter.bytes.clone()).collect();
        assert_eq!(bytes, [0..1, 1..3, 3..6, 6..7]);
    }
}
