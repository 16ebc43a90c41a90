-- Every primary key begins with company_id and every foreign key carries it: a company cannot see another, and whole
-- companies can be placed on different machines. Ids are lower-case UUID text, hashes lower-case hexadecimal, money
-- minor units, times UTC.

CREATE TABLE companies (
    company_id TEXT NOT NULL PRIMARY KEY,
    external_id TEXT,
    name TEXT NOT NULL,
    legal_name TEXT,
    base_currency TEXT NOT NULL CHECK (length(base_currency) = 3),
    country TEXT,
    tax_id TEXT,
    fiscal_calendar TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

-- One row per company, locked by whoever writes: the ends of both chains, and the versions that caches are valid for.
CREATE TABLE ledger_heads (
    company_id TEXT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
    audit_sequence INTEGER NOT NULL CHECK (audit_sequence >= 0),
    audit_hash TEXT NOT NULL,
    entry_position INTEGER NOT NULL CHECK (entry_position >= 0),
    entry_hash TEXT NOT NULL,
    turnover INTEGER NOT NULL CHECK (turnover >= 0),
    chart_version INTEGER NOT NULL,
    reference_version INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    company_id TEXT NOT NULL PRIMARY KEY REFERENCES companies (company_id),
    default_accounts TEXT NOT NULL,
    cors_allowlist TEXT NOT NULL,
    closed_period_policy TEXT NOT NULL CHECK (closed_period_policy IN ('override', 'refuse')),
    rate_limit_per_minute INTEGER NOT NULL,
    rate_limit_per_hour INTEGER,
    rate_limit_per_day INTEGER,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE TABLE accounts (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    account_type TEXT NOT NULL,
    parent_id TEXT,
    currency_code TEXT CHECK (length(currency_code) = 3),
    description TEXT,
    report_group TEXT,
    is_active INTEGER NOT NULL,
    is_system INTEGER NOT NULL,
    is_cash INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, number),
    FOREIGN KEY (company_id, parent_id) REFERENCES accounts (company_id, id)
) STRICT;
CREATE UNIQUE INDEX accounts_by_external_id ON accounts (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE periods (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    period TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'soft_locked', 'locked')),
    entry_count INTEGER NOT NULL CHECK (entry_count >= 0),
    locked_by TEXT,
    locked_at TEXT,
    closing_hash TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, period),
    CHECK (start_date <= end_date)
) STRICT;

CREATE TABLE lock_requests (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    period TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'cancelled', 'expired')),
    requested_by TEXT NOT NULL,
    requested_by_user TEXT,
    requested_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    PRIMARY KEY (company_id, id)
) STRICT;
CREATE INDEX lock_requests_by_period ON lock_requests (company_id, period, requested_at, id);

CREATE TABLE sequences (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    sequence_type TEXT NOT NULL,
    prefix TEXT NOT NULL,
    padding INTEGER NOT NULL CHECK (padding BETWEEN 1 AND 12),
    reset TEXT NOT NULL CHECK (reset IN ('never', 'yearly')),
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, sequence_type)
) STRICT;

CREATE TABLE sequence_counters (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    sequence_type TEXT NOT NULL,
    scope INTEGER NOT NULL,
    next_number INTEGER NOT NULL CHECK (next_number >= 1),
    PRIMARY KEY (company_id, sequence_type, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_entries (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    position INTEGER NOT NULL CHECK (position >= 1),
    entry_number TEXT NOT NULL,
    date TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    period TEXT NOT NULL,
    transaction_type TEXT NOT NULL,
    source_id TEXT,
    memo TEXT,
    reference_number TEXT,
    currency_code TEXT NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate INTEGER NOT NULL CHECK (exchange_rate > 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    reversal_of_id TEXT,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, position),
    UNIQUE (company_id, fiscal_year, entry_number),
    FOREIGN KEY (company_id, reversal_of_id) REFERENCES journal_entries (company_id, id)
) STRICT;
CREATE UNIQUE INDEX journal_entries_by_external_id ON journal_entries (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX journal_entries_by_reversal_of_id ON journal_entries (company_id, reversal_of_id)
    WHERE reversal_of_id IS NOT NULL;
CREATE INDEX journal_entries_by_date ON journal_entries (company_id, date, position);

-- Date and position are the entry's, so that the entries of an account can be read in their order.
CREATE TABLE journal_lines (
    company_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    line_number INTEGER NOT NULL CHECK (line_number >= 1),
    date TEXT NOT NULL,
    position INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    base_debit INTEGER NOT NULL CHECK (base_debit >= 0),
    base_credit INTEGER NOT NULL CHECK (base_credit >= 0),
    description TEXT,
    contact_id TEXT,
    class_id TEXT,
    location_id TEXT,
    project_id TEXT,
    tax_code_id TEXT,
    PRIMARY KEY (company_id, entry_id, line_number),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    CHECK (debit = 0 OR credit = 0),
    CHECK (base_debit = 0 OR base_credit = 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_lines_by_account ON journal_lines (company_id, account_id, date, position);

CREATE TABLE balances_by_day (
    company_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    currency_code TEXT NOT NULL,
    period TEXT NOT NULL,
    date TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    base_debit INTEGER NOT NULL CHECK (base_debit >= 0),
    base_credit INTEGER NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (company_id, account_id, currency_code, period, date),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE balances_by_month (
    company_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    currency_code TEXT NOT NULL,
    period TEXT NOT NULL,
    date TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    base_debit INTEGER NOT NULL CHECK (base_debit >= 0),
    base_credit INTEGER NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (company_id, account_id, currency_code, period, date),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    occurred_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT,
    source TEXT NOT NULL CHECK (source IN ('api', 'cli', 'system')),
    ip TEXT,
    request_id TEXT,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (company_id, sequence)
) STRICT;
CREATE INDEX audit_events_by_resource ON audit_events (company_id, resource_type, resource_id, sequence);

CREATE TABLE idempotency_keys (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (company_id, key)
) STRICT;

CREATE TABLE roles (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    is_system INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, name)
) STRICT;

-- The unique constraints of credentials and user names begin with what is looked up before the company is known.
CREATE TABLE users (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    username TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    last_login_at TEXT,
    failed_logins INTEGER NOT NULL CHECK (failed_logins >= 0),
    locked_until TEXT,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (username, company_id)
) STRICT;
CREATE UNIQUE INDEX users_by_external_id ON users (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE sessions (
    company_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (company_id, id),
    UNIQUE (token_hash, company_id),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
) STRICT;
CREATE INDEX sessions_by_user ON sessions (company_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE api_keys (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    permissions TEXT NOT NULL,
    rate_limit_per_minute INTEGER NOT NULL,
    rate_limit_per_hour INTEGER,
    rate_limit_per_day INTEGER,
    user_id TEXT,
    paired_from TEXT,
    expires_at TEXT,
    revoked_at TEXT,
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (key_hash, company_id)
) STRICT;

CREATE TABLE pairings (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (company_id, id),
    UNIQUE (code_hash, company_id),
    FOREIGN KEY (company_id, api_key_id) REFERENCES api_keys (company_id, id)
) STRICT;

-- Posted is posted: what the books and the trail of changes say stays, whoever holds the connection.
CREATE TRIGGER journal_entries_refuse_update BEFORE UPDATE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'journal_entries never change'); END;
CREATE TRIGGER journal_entries_refuse_delete BEFORE DELETE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'journal_entries never change'); END;
CREATE TRIGGER journal_lines_refuse_update BEFORE UPDATE ON journal_lines
BEGIN SELECT RAISE(ABORT, 'journal_lines never change'); END;
CREATE TRIGGER journal_lines_refuse_delete BEFORE DELETE ON journal_lines
BEGIN SELECT RAISE(ABORT, 'journal_lines never change'); END;
CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events never change'); END;
CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events never change'); END;
CREATE TRIGGER idempotency_keys_refuse_update BEFORE UPDATE ON idempotency_keys
BEGIN SELECT RAISE(ABORT, 'idempotency_keys never change'); END;
CREATE TRIGGER idempotency_keys_refuse_delete BEFORE DELETE ON idempotency_keys
BEGIN SELECT RAISE(ABORT, 'idempotency_keys never change'); END;

-- SQLite guesses that a company has ten rows and would scan all of them. These are the proportions of real books, so
-- that every look-up uses the index that was made for it; PRAGMA optimize may refine them.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_entries', 'sqlite_autoindex_journal_entries_1', '100000 100000 1'),
    ('journal_entries', 'sqlite_autoindex_journal_entries_2', '100000 100000 1'),
    ('journal_entries', 'sqlite_autoindex_journal_entries_3', '100000 100000 20000 1'),
    ('journal_entries', 'journal_entries_by_external_id', '100000 100000 1'),
    ('journal_entries', 'journal_entries_by_reversal_of_id', '1000 1000 1'),
    ('journal_entries', 'journal_entries_by_date', '100000 100000 100 1'),
    ('journal_lines', 'journal_lines', '300000 300000 3 1'),
    ('journal_lines', 'journal_lines_by_account', '300000 300000 3000 10 2'),
    ('balances_by_day', 'balances_by_day', '50000 50000 500 500 40 1'),
    ('balances_by_month', 'balances_by_month', '5000 5000 50 50 1 1'),
    ('audit_events', 'sqlite_autoindex_audit_events_1', '200000 200000 1'),
    ('audit_events', 'audit_events_by_resource', '200000 200000 10000 2 1'),
    ('idempotency_keys', 'sqlite_autoindex_idempotency_keys_1', '100000 100000 1'),
    ('accounts', 'sqlite_autoindex_accounts_1', '200 200 1'),
    ('accounts', 'sqlite_autoindex_accounts_2', '200 200 1'),
    ('accounts', 'accounts_by_external_id', '200 200 1'),
    ('periods', 'sqlite_autoindex_periods_1', '100 100 1'),
    ('lock_requests', 'sqlite_autoindex_lock_requests_1', '100 100 1'),
    ('lock_requests', 'lock_requests_by_period', '100 100 2 1 1'),
    ('users', 'sqlite_autoindex_users_1', '100 100 1'),
    ('users', 'sqlite_autoindex_users_2', '100 2 1'),
    ('sessions', 'sqlite_autoindex_sessions_1', '1000 1000 1'),
    ('sessions', 'sqlite_autoindex_sessions_2', '1000 1 1'),
    ('sessions', 'sessions_by_user', '1000 1000 10'),
    ('api_keys', 'sqlite_autoindex_api_keys_1', '100 100 1'),
    ('api_keys', 'sqlite_autoindex_api_keys_2', '100 1 1'),
    ('pairings', 'sqlite_autoindex_pairings_1', '100 100 1'),
    ('pairings', 'sqlite_autoindex_pairings_2', '100 1 1');
