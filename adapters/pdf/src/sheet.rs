//! What stands on a sheet of paper, before anything knows of PDF.

use crate::face::Run;
use crate::length::Length;

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What is read.
    Text,
    /// What is read second.
    Muted,
    /// What catches the eye.
    Accent,
    /// Lines between rows.
    Hairline,
    /// Behind everything.
    Watermark,
}

impl Ink {
    /// Red, green and blue. Text keeps a contrast of at least 4.5 on white (WCAG 1.4.3).
    pub(crate) fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Text => (0x1b, 0x1f, 0x24),
            Self::Muted => (0x5b, 0x63, 0x6e),
            Self::Accent => (0x17, 0x3f, 0x5f),
            Self::Hairline => (0xdd, 0xe1, 0xe6),
            Self::Watermark => (0xee, 0xf0, 0xf2),
        }
    }
}

/// Something on a sheet; lengths from its upper left corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A piece of text.
    Text { x: Length, baseline: Length, run: Run, ink: Ink },
    /// A rectangle; a line is a thin one.
    Area { x: Length, y: Length, width: Length, height: Length, ink: Ink },
    /// A word across the sheet.
    Across { run: Run, ink: Ink },
}

/// A sheet of paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) marks: Vec<Mark>,
}
