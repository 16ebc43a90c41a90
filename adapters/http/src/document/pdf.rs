//! Documents as files.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use partita_application::document::PrintedDocument;
use utoipa::ToSchema;

/// A file of type `application/pdf`.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PdfFile(pub Vec<u8>);

/// Answers a file that a browser shows, and saves under the name of the document.
pub(crate) fn answer_pdf(printed: PrintedDocument) -> HttpResponse {
    let disposition = format!("inline; filename=\"{}.pdf\"", file_name(&printed.name));
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(printed.file)
}

/// The name with nothing in it that a header or a file system would understand: numbers are typed by people.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
    let safe = safe.trim_matches(['.', '-']);
    if safe.is_empty() { "document".to_owned() } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_harmless() {
        for (number, name) in [
            ("INV-2026-000001", "INV-2026-000001"),
            ("2026/17 \"a\"", "2026-17--a"),
            ("../../etc/passwd", "etc-passwd"),
            ("№ 7\r\nX: y", "7--X--y"),
            (".hidden", "hidden"),
            ("№", "document"),
        ] {
            assert_eq!(file_name(number), name);
        }
    }
}
