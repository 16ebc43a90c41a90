PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (source = ''api'' OR source = ''cli'' OR source = ''system'')',
    'CHECK (source IN (''api'', ''cli'', ''system''))'
) WHERE type = 'table' AND name = 'audit_events';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (kind = ''estimate'' OR kind = ''invoice'' OR kind = ''credit_note'' OR kind = ''bill'' OR kind = ''vendor_credit'')',
    'CHECK (kind IN (''estimate'', ''invoice'', ''credit_note'', ''bill'', ''vendor_credit''))'
) WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (state = ''draft'' OR state = ''sent'' OR state = ''accepted'' OR state = ''declined'' OR state = ''converted'' OR state = ''posted'' OR state = ''void'')',
    'CHECK (state IN (''draft'', ''sent'', ''accepted'', ''declined'', ''converted'', ''posted'', ''void''))'
) WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (kind = ''charged'' OR kind = ''withheld'' OR kind = ''self_assessed'')',
    'CHECK (kind IN (''charged'', ''withheld'', ''self_assessed''))'
) WHERE type = 'table' AND name = 'tax_entries';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (origin = ''posting'' OR origin = ''void'' OR origin = ''discount'' OR origin = ''payment'')',
    'CHECK (origin IN (''posting'', ''void'', ''discount'', ''payment''))'
) WHERE type = 'table' AND name = 'tax_entries';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (document_kind = ''invoice'' OR document_kind = ''credit_note'' OR document_kind = ''bill'' OR document_kind = ''vendor_credit'')',
    'CHECK (document_kind IN (''invoice'', ''credit_note'', ''bill'', ''vendor_credit''))'
) WHERE type = 'table' AND name = 'payment_applications';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'kind = ''receipt'' OR kind = ''issue'' OR kind = ''return'' OR kind = ''found'' OR kind = ''count'' OR kind = ''late_cost'' OR kind = ''void'' OR kind = ''correction''',
    'kind IN (''receipt'', ''issue'', ''return'', ''found'', ''count'', ''late_cost'', ''void'', ''correction'')'
) WHERE type = 'table' AND name = 'stock_movements';
UPDATE sqlite_schema SET sql = replace(
    sql,
    '(kind = ''return'' OR kind = ''late_cost'' OR kind = ''void'' OR kind = ''correction'')',
    '(kind IN (''return'', ''late_cost'', ''void'', ''correction''))'
) WHERE type = 'table' AND name = 'stock_movements';

-- Whoever has the file open sees by this that the schema is another one.
CREATE TABLE plain_checks (id INTEGER) STRICT;
DROP TABLE plain_checks;
PRAGMA writable_schema = RESET;
