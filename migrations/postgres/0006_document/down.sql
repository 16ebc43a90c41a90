DROP TABLE document_lines;
DROP TABLE documents;
DROP FUNCTION partita_refuse_line_delete();
DROP FUNCTION partita_refuse_document_update();
