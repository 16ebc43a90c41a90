-- Texts are compared byte by byte, as accounts and entry numbers are sorted.

-- Every primary key begins with company_id and every foreign key carries it: a company cannot see another, and whole
-- companies can be placed on different machines. Ids are lower-case UUID text, hashes lower-case hexadecimal, money
-- minor units, times UTC.

CREATE TABLE companies (
    company_id text COLLATE "C" NOT NULL PRIMARY KEY,
    external_id text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    legal_name text COLLATE "C",
    base_currency text COLLATE "C" NOT NULL CHECK (length(base_currency) = 3),
    country text COLLATE "C",
    tax_id text COLLATE "C",
    fiscal_calendar text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1)
);

-- One row per company, locked by whoever writes: the ends of both chains, and the versions that caches are valid for.
CREATE TABLE ledger_heads (
    company_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES companies (company_id),
    audit_sequence bigint NOT NULL CHECK (audit_sequence >= 0),
    audit_hash text COLLATE "C" NOT NULL,
    entry_position bigint NOT NULL CHECK (entry_position >= 0),
    entry_hash text COLLATE "C" NOT NULL,
    turnover bigint NOT NULL CHECK (turnover >= 0),
    chart_version bigint NOT NULL,
    reference_version bigint NOT NULL
);

CREATE TABLE settings (
    company_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES companies (company_id),
    default_accounts text COLLATE "C" NOT NULL,
    cors_allowlist text COLLATE "C" NOT NULL,
    closed_period_policy text COLLATE "C" NOT NULL CHECK (closed_period_policy IN ('override', 'refuse')),
    rate_limit_per_minute bigint NOT NULL,
    rate_limit_per_hour bigint,
    rate_limit_per_day bigint,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1)
);

CREATE TABLE accounts (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    number text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    account_type text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C",
    currency_code text COLLATE "C" CHECK (length(currency_code) = 3),
    description text COLLATE "C",
    report_group text COLLATE "C",
    is_active boolean NOT NULL,
    is_system boolean NOT NULL,
    is_cash boolean NOT NULL,
    metadata text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, number),
    FOREIGN KEY (company_id, parent_id) REFERENCES accounts (company_id, id)
);
CREATE UNIQUE INDEX accounts_by_external_id ON accounts (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE periods (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    period text COLLATE "C" NOT NULL,
    fiscal_year integer NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('open', 'soft_locked', 'locked')),
    entry_count bigint NOT NULL CHECK (entry_count >= 0),
    locked_by text COLLATE "C",
    locked_at timestamp,
    closing_hash text COLLATE "C",
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, period),
    CHECK (start_date <= end_date)
);

CREATE TABLE lock_requests (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('pending', 'approved', 'cancelled', 'expired')),
    requested_by text COLLATE "C" NOT NULL,
    requested_by_user text COLLATE "C",
    requested_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    decided_by text COLLATE "C",
    decided_at timestamp,
    PRIMARY KEY (company_id, id)
);
CREATE INDEX lock_requests_by_period ON lock_requests (company_id, period, requested_at, id);

CREATE TABLE sequences (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    sequence_type text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    padding integer NOT NULL CHECK (padding BETWEEN 1 AND 12),
    reset text COLLATE "C" NOT NULL CHECK (reset IN ('never', 'yearly')),
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, sequence_type)
);

CREATE TABLE sequence_counters (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    sequence_type text COLLATE "C" NOT NULL,
    scope integer NOT NULL,
    next_number bigint NOT NULL CHECK (next_number >= 1),
    PRIMARY KEY (company_id, sequence_type, scope)
);

CREATE TABLE journal_entries (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    position bigint NOT NULL CHECK (position >= 1),
    entry_number text COLLATE "C" NOT NULL,
    date date NOT NULL,
    fiscal_year integer NOT NULL,
    period text COLLATE "C" NOT NULL,
    transaction_type text COLLATE "C" NOT NULL,
    source_id text COLLATE "C",
    memo text COLLATE "C",
    reference_number text COLLATE "C",
    currency_code text COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate bigint NOT NULL CHECK (exchange_rate > 0),
    total bigint NOT NULL CHECK (total >= 0),
    reversal_of_id text COLLATE "C",
    metadata text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    previous_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, position),
    UNIQUE (company_id, fiscal_year, entry_number),
    FOREIGN KEY (company_id, reversal_of_id) REFERENCES journal_entries (company_id, id)
);
CREATE UNIQUE INDEX journal_entries_by_external_id ON journal_entries (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX journal_entries_by_reversal_of_id ON journal_entries (company_id, reversal_of_id)
    WHERE reversal_of_id IS NOT NULL;
CREATE INDEX journal_entries_by_date ON journal_entries (company_id, date, position);

-- Date and position are the entry's, so that the entries of an account can be read in their order.
CREATE TABLE journal_lines (
    company_id text COLLATE "C" NOT NULL,
    entry_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL CHECK (line_number >= 1),
    date date NOT NULL,
    position bigint NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    debit bigint NOT NULL CHECK (debit >= 0),
    credit bigint NOT NULL CHECK (credit >= 0),
    base_debit bigint NOT NULL CHECK (base_debit >= 0),
    base_credit bigint NOT NULL CHECK (base_credit >= 0),
    description text COLLATE "C",
    contact_id text COLLATE "C",
    class_id text COLLATE "C",
    location_id text COLLATE "C",
    project_id text COLLATE "C",
    tax_code_id text COLLATE "C",
    PRIMARY KEY (company_id, entry_id, line_number),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    CHECK (debit = 0 OR credit = 0),
    CHECK (base_debit = 0 OR base_credit = 0)
);
CREATE INDEX journal_lines_by_account ON journal_lines (company_id, account_id, date, position);

CREATE TABLE balances_by_day (
    company_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    currency_code text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    date date NOT NULL,
    debit bigint NOT NULL CHECK (debit >= 0),
    credit bigint NOT NULL CHECK (credit >= 0),
    base_debit bigint NOT NULL CHECK (base_debit >= 0),
    base_credit bigint NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (company_id, account_id, currency_code, period, date),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
);

CREATE TABLE balances_by_month (
    company_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    currency_code text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    date date NOT NULL,
    debit bigint NOT NULL CHECK (debit >= 0),
    credit bigint NOT NULL CHECK (credit >= 0),
    base_debit bigint NOT NULL CHECK (base_debit >= 0),
    base_credit bigint NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (company_id, account_id, currency_code, period, date),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
);

CREATE TABLE audit_events (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    sequence bigint NOT NULL CHECK (sequence >= 1),
    occurred_at timestamp NOT NULL,
    actor text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    resource_type text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    before text COLLATE "C",
    after text COLLATE "C",
    reason text COLLATE "C",
    source text COLLATE "C" NOT NULL CHECK (source IN ('api', 'cli', 'system')),
    ip text COLLATE "C",
    request_id text COLLATE "C",
    previous_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, sequence)
);
CREATE INDEX audit_events_by_resource ON audit_events (company_id, resource_type, resource_id, sequence);

CREATE TABLE idempotency_keys (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    key text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, key)
);

CREATE TABLE roles (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    permissions text COLLATE "C" NOT NULL,
    is_system boolean NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, name)
);

-- The unique constraints of credentials and user names begin with what is looked up before the company is known.
CREATE TABLE users (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    username text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    role text COLLATE "C" NOT NULL,
    is_active boolean NOT NULL,
    last_login_at timestamp,
    failed_logins integer NOT NULL CHECK (failed_logins >= 0),
    locked_until timestamp,
    password_hash text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (username, company_id)
);
CREATE UNIQUE INDEX users_by_external_id ON users (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE sessions (
    company_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    ended_at timestamp,
    PRIMARY KEY (company_id, id),
    UNIQUE (token_hash, company_id),
    FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
CREATE INDEX sessions_by_user ON sessions (company_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE api_keys (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    key_hash text COLLATE "C" NOT NULL,
    permissions text COLLATE "C" NOT NULL,
    rate_limit_per_minute bigint NOT NULL,
    rate_limit_per_hour bigint,
    rate_limit_per_day bigint,
    user_id text COLLATE "C",
    paired_from text COLLATE "C",
    expires_at timestamp,
    revoked_at timestamp,
    last_used_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (key_hash, company_id)
);

CREATE TABLE pairings (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    api_key_id text COLLATE "C" NOT NULL,
    code_hash text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    used_at timestamp,
    PRIMARY KEY (company_id, id),
    UNIQUE (code_hash, company_id),
    FOREIGN KEY (company_id, api_key_id) REFERENCES api_keys (company_id, id)
);

-- Posted is posted: what the books and the trail of changes say stays, whoever holds the connection.
CREATE FUNCTION partita_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% never change', TG_TABLE_NAME; END $$;
CREATE TRIGGER journal_entries_refuse_change BEFORE UPDATE OR DELETE ON journal_entries
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER journal_entries_refuse_truncate BEFORE TRUNCATE ON journal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER journal_lines_refuse_change BEFORE UPDATE OR DELETE ON journal_lines
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER journal_lines_refuse_truncate BEFORE TRUNCATE ON journal_lines
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER audit_events_refuse_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER audit_events_refuse_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER idempotency_keys_refuse_change BEFORE UPDATE OR DELETE ON idempotency_keys
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER idempotency_keys_refuse_truncate BEFORE TRUNCATE ON idempotency_keys
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
