//! Sheets as PDF/A-3b: the form of PDF that is meant to be kept (ISO 19005-3).

use crate::face::{Faces, Run};
use crate::length::{Length, em, points};
use crate::paragraph::on_one_line;
use crate::sheet::{Ink, Mark, Sheet};
use crate::sheets::size_of;
use krilla::color::rgb;
use krilla::configure::{Configuration, Validator};
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use partita_application::ports::{PrintError, PrintedPage};

/// The file. Should a page ever break a rule of PDF/A, it is printed as plain PDF: a customer waits for it.
pub(crate) fn paint(page: &PrintedPage, sheets: &[Sheet], faces: &Faces) -> Result<Vec<u8>, PrintError> {
    match paint_as(Validator::A3_B, page, sheets, faces) {
        Err(KrillaError::Validation(_)) => paint_as(Validator::None, page, sheets, faces),
        painted => painted,
    }
    .map_err(|error| PrintError::Failed(format!("{error:?}")))
}

fn paint_as(
    validator: Validator,
    page: &PrintedPage,
    sheets: &[Sheet],
    faces: &Faces,
) -> Result<Vec<u8>, KrillaError> {
    let configuration = Configuration::new_with_validator(validator);
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(page));
    let (width, height) = size_of(page.paper);
    for sheet in sheets {
        let settings = PageSettings::from_wh(points(width), points(height)).unwrap_or_default();
        let mut painted = document.start_page_with(settings);
        let mut surface = painted.surface();
        for mark in &sheet.marks {
            match mark {
                Mark::Text { x, baseline, run, ink } => {
                    write(&mut surface, faces, run, *ink, (*x, *baseline));
                }
                Mark::Area { x, y, width, height, ink } => {
                    let (x, y, width, height) = (points(*x), points(*y), points(*width), points(*height));
                    let mut path = PathBuilder::new();
                    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
                        path.push_rect(rect);
                    }
                    if let Some(path) = path.finish() {
                        surface.set_fill(Some(fill(*ink)));
                        surface.draw_path(&path);
                    }
                }
                Mark::Across { run, ink } => {
                    // Up to the right by 50 degrees, around the middle of the sheet.
                    let (cosine, sine, down) = (0.642_788, 0.766_044, -0.766_044);
                    let middle = (points(width / 2), points(height / 2));
                    surface
                        .push_transform(&Transform::from_row(cosine, down, sine, cosine, middle.0, middle.1));
                    write(&mut surface, faces, run, *ink, (-run.width / 2, run.style.size * 36 / 100));
                    surface.pop();
                }
            }
        }
        surface.finish();
        painted.finish();
    }
    document.finish()
}

fn write(surface: &mut Surface<'_>, faces: &Faces, run: &Run, ink: Ink, (x, baseline): (Length, Length)) {
    let face = faces.face(run.style.weight);
    let units_per_em = face.units_per_em();
    let glyphs: Vec<KrillaGlyph> = run
        .letters
        .iter()
        .map(|letter| {
            KrillaGlyph::new(
                GlyphId::new(letter.id),
                em(letter.advance, units_per_em),
                em(letter.x_offset, units_per_em),
                em(letter.y_offset, units_per_em),
                0.0,
                letter.bytes.clone(),
                None,
            )
        })
        .collect();
    surface.set_fill(Some(fill(ink)));
    let start = Point::from_xy(points(x), points(baseline));
    surface.draw_glyphs(start, &glyphs, face.font(), &run.text, points(run.style.size), false);
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = ink.rgb();
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn metadata(page: &PrintedPage) -> Metadata {
    let title = [Some(page.title.as_str()), page.number.as_deref()];
    let title = title.into_iter().flatten().map(on_one_line).collect::<Vec<_>>().join(" ");
    let (year, month, day) = (page.date.year(), u8::from(page.date.month()), page.date.day());
    let date = DateTime::new(u16::try_from(year).unwrap_or_default()).month(month).day(day);
    let mut metadata = Metadata::new()
        .title(title)
        .authors(Some(on_one_line(&page.company.name)).filter(|name| !name.is_empty()).into_iter().collect())
        .creator("Partita".to_owned())
        .producer("Partita".to_owned())
        .creation_date(date.hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0));
    if !page.language.is_empty() {
        metadata = metadata.language(page.language.clone());
    }
    if !page.document_id.is_empty() {
        metadata = metadata.document_id(page.document_id.clone());
    }
    metadata
}

#[cfg(test)]
mod tests;
