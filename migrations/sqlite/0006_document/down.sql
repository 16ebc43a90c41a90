DROP TABLE document_lines;
DROP TABLE documents;
