-- A list of more than two texts is a table of its own that is made, filled and dropped for every row that is checked; the same
-- said with OR is a comparison. A constraint says nothing of how rows are stored, so the text of the schema is changed and no
-- row is touched (as "Making Other Kinds Of Table Schema Changes" in SQLite's page on ALTER TABLE has it).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (source IN (''api'', ''cli'', ''system''))',
    'CHECK (source = ''api'' OR source = ''cli'' OR source = ''system'')'
) WHERE type = 'table' AND name = 'audit_events';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (kind IN (''estimate'', ''invoice'', ''credit_note'', ''bill'', ''vendor_credit''))',
    'CHECK (kind = ''estimate'' OR kind = ''invoice'' OR kind = ''credit_note'' OR kind = ''bill'' OR kind = ''vendor_credit'')'
) WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (state IN (''draft'', ''sent'', ''accepted'', ''declined'', ''converted'', ''posted'', ''void''))',
    'CHECK (state = ''draft'' OR state = ''sent'' OR state = ''accepted'' OR state = ''declined'' OR state = ''converted'' OR state = ''posted'' OR state = ''void'')'
) WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (kind IN (''charged'', ''withheld'', ''self_assessed''))',
    'CHECK (kind = ''charged'' OR kind = ''withheld'' OR kind = ''self_assessed'')'
) WHERE type = 'table' AND name = 'tax_entries';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (origin IN (''posting'', ''void'', ''discount'', ''payment''))',
    'CHECK (origin = ''posting'' OR origin = ''void'' OR origin = ''discount'' OR origin = ''payment'')'
) WHERE type = 'table' AND name = 'tax_entries';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'CHECK (document_kind IN (''invoice'', ''credit_note'', ''bill'', ''vendor_credit''))',
    'CHECK (document_kind = ''invoice'' OR document_kind = ''credit_note'' OR document_kind = ''bill'' OR document_kind = ''vendor_credit'')'
) WHERE type = 'table' AND name = 'payment_applications';
UPDATE sqlite_schema SET sql = replace(
    sql,
    'kind IN (''receipt'', ''issue'', ''return'', ''found'', ''count'', ''late_cost'', ''void'', ''correction'')',
    'kind = ''receipt'' OR kind = ''issue'' OR kind = ''return'' OR kind = ''found'' OR kind = ''count'' OR kind = ''late_cost'' OR kind = ''void'' OR kind = ''correction'''
) WHERE type = 'table' AND name = 'stock_movements';
UPDATE sqlite_schema SET sql = replace(
    sql,
    '(kind IN (''return'', ''late_cost'', ''void'', ''correction''))',
    '(kind = ''return'' OR kind = ''late_cost'' OR kind = ''void'' OR kind = ''correction'')'
) WHERE type = 'table' AND name = 'stock_movements';

-- Whoever has the file open sees by this that the schema is another one.
CREATE TABLE plain_checks (id INTEGER) STRICT;
DROP TABLE plain_checks;
PRAGMA writable_schema = RESET;
