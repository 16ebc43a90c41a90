//! Lengths: whole thousandths of a point (1/72 inch), so that laying out is exact and the same everywhere.
//!
//! PDF wants floating point. Only this file makes some, and nothing is computed with it.

/// Thousandths of a point.
pub(crate) type Length = i64;

/// One point.
pub(crate) const POINT: Length = 1_000;

/// Millimetres.
pub(crate) const fn mm(millimetres: i64) -> Length {
    millimetres * 72_000 * 10 / 254
}

/// A length in points, as PDF wants it.
#[expect(clippy::float_arithmetic, reason = "the coordinates of a PDF; no amount ever comes here")]
pub(crate) fn points(length: Length) -> f32 {
    length as f32 / 1_000.0
}

/// A distance in a font's own units as a part of the size of its letters.
#[expect(clippy::float_arithmetic, reason = "the advance of a letter; no amount ever comes here")]
pub(crate) fn em(units: i64, units_per_em: i64) -> f32 {
    units as f32 / units_per_em as f32
}
