//! The tables, the same in every database.

diesel::table! {
    companies (company_id) {
        company_id -> Text,
        external_id -> Nullable<Text>,
        name -> Text,
        legal_name -> Nullable<Text>,
        base_currency -> Text,
        country -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        fiscal_calendar -> Text,
        address -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    ledger_heads (company_id) {
        company_id -> Text,
        audit_sequence -> BigInt,
        audit_hash -> Text,
        entry_position -> BigInt,
        entry_hash -> Text,
        turnover -> BigInt,
        chart_version -> BigInt,
        reference_version -> BigInt,
    }
}

diesel::table! {
    settings (company_id) {
        company_id -> Text,
        default_accounts -> Text,
        cors_allowlist -> Text,
        closed_period_policy -> Text,
        rate_limit_per_minute -> BigInt,
        rate_limit_per_hour -> Nullable<BigInt>,
        rate_limit_per_day -> Nullable<BigInt>,
        trade -> Text,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    accounts (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        number -> Text,
        name -> Text,
        account_type -> Text,
        parent_id -> Nullable<Text>,
        currency_code -> Nullable<Text>,
        description -> Nullable<Text>,
        report_group -> Nullable<Text>,
        is_active -> Bool,
        is_system -> Bool,
        is_cash -> Bool,
        metadata -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    contacts (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        display_name -> Text,
        sort_name -> Text,
        matching_key -> Text,
        company_name -> Nullable<Text>,
        is_customer -> Bool,
        is_vendor -> Bool,
        is_employee -> Bool,
        is_other -> Bool,
        email -> Nullable<Text>,
        vat_id -> Nullable<Text>,
        tax_id_sealed -> Nullable<Text>,
        tax_id_digest -> Nullable<Text>,
        default_account_id -> Nullable<Text>,
        is_active -> Bool,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    periods (company_id, period) {
        company_id -> Text,
        period -> Text,
        fiscal_year -> Integer,
        start_date -> Date,
        end_date -> Date,
        status -> Text,
        entry_count -> BigInt,
        locked_by -> Nullable<Text>,
        locked_at -> Nullable<Timestamp>,
        closing_hash -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    lock_requests (company_id, id) {
        company_id -> Text,
        id -> Text,
        period -> Text,
        status -> Text,
        requested_by -> Text,
        requested_by_user -> Nullable<Text>,
        requested_at -> Timestamp,
        expires_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sequences (company_id, sequence_type) {
        company_id -> Text,
        sequence_type -> Text,
        prefix -> Text,
        padding -> Integer,
        reset -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    sequence_counters (company_id, sequence_type, scope) {
        company_id -> Text,
        sequence_type -> Text,
        scope -> Integer,
        next_number -> BigInt,
    }
}

diesel::table! {
    journal_entries (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        position -> BigInt,
        entry_number -> Text,
        date -> Date,
        fiscal_year -> Integer,
        period -> Text,
        transaction_type -> Text,
        source_id -> Nullable<Text>,
        memo -> Nullable<Text>,
        reference_number -> Nullable<Text>,
        currency_code -> Text,
        exchange_rate -> BigInt,
        total -> BigInt,
        reversal_of_id -> Nullable<Text>,
        metadata -> Text,
        created_at -> Timestamp,
        created_by -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    journal_lines (company_id, entry_id, line_number) {
        company_id -> Text,
        entry_id -> Text,
        line_number -> Integer,
        date -> Date,
        position -> BigInt,
        account_id -> Text,
        debit -> BigInt,
        credit -> BigInt,
        base_debit -> BigInt,
        base_credit -> BigInt,
        description -> Nullable<Text>,
        contact_id -> Nullable<Text>,
        class_id -> Nullable<Text>,
        location_id -> Nullable<Text>,
        project_id -> Nullable<Text>,
        tax_code_id -> Nullable<Text>,
        of_document -> Bool,
    }
}

diesel::table! {
    balances_by_day (company_id, account_id, currency_code, period, date) {
        company_id -> Text,
        account_id -> Text,
        currency_code -> Text,
        period -> Text,
        date -> Date,
        debit -> BigInt,
        credit -> BigInt,
        base_debit -> BigInt,
        base_credit -> BigInt,
    }
}

diesel::table! {
    balances_by_month (company_id, account_id, currency_code, period, date) {
        company_id -> Text,
        account_id -> Text,
        currency_code -> Text,
        period -> Text,
        date -> Date,
        debit -> BigInt,
        credit -> BigInt,
        base_debit -> BigInt,
        base_credit -> BigInt,
    }
}

diesel::table! {
    audit_events (company_id, sequence) {
        company_id -> Text,
        sequence -> BigInt,
        occurred_at -> Timestamp,
        actor -> Text,
        action -> Text,
        resource_type -> Text,
        resource_id -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        reason -> Nullable<Text>,
        source -> Text,
        ip -> Nullable<Text>,
        request_id -> Nullable<Text>,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    idempotency_keys (company_id, key) {
        company_id -> Text,
        key -> Text,
        fingerprint -> Text,
        outcome -> Text,
    }
}

diesel::table! {
    roles (company_id, name) {
        company_id -> Text,
        name -> Text,
        description -> Text,
        permissions -> Text,
        is_system -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    users (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        username -> Text,
        email -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        last_login_at -> Nullable<Timestamp>,
        failed_logins -> Integer,
        locked_until -> Nullable<Timestamp>,
        password_hash -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    sessions (company_id, id) {
        company_id -> Text,
        id -> Text,
        user_id -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_keys (company_id, id) {
        company_id -> Text,
        id -> Text,
        name -> Text,
        prefix -> Text,
        key_hash -> Text,
        permissions -> Text,
        rate_limit_per_minute -> BigInt,
        rate_limit_per_hour -> Nullable<BigInt>,
        rate_limit_per_day -> Nullable<BigInt>,
        user_id -> Nullable<Text>,
        paired_from -> Nullable<Text>,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    pairings (company_id, id) {
        company_id -> Text,
        id -> Text,
        api_key_id -> Text,
        code_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    items (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        sku -> Nullable<Text>,
        name -> Text,
        sort_name -> Text,
        description -> Nullable<Text>,
        item_type -> Text,
        is_active -> Bool,
        income_account_id -> Nullable<Text>,
        expense_account_id -> Nullable<Text>,
        asset_account_id -> Nullable<Text>,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    recurring_templates (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        kind -> Text,
        name -> Text,
        sort_name -> Text,
        is_active -> Bool,
        next_due -> Nullable<Date>,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    tax_codes (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        code -> Text,
        name -> Text,
        rate -> BigInt,
        tax_type -> Text,
        jurisdiction -> Nullable<Text>,
        is_compound -> Bool,
        is_exempt -> Bool,
        account_id -> Nullable<Text>,
        input_account_id -> Nullable<Text>,
        self_assess_account_id -> Nullable<Text>,
        pending_account_id -> Nullable<Text>,
        recoverable -> BigInt,
        report_box -> Nullable<Text>,
        effective_from -> Nullable<Date>,
        effective_to -> Nullable<Date>,
        is_system -> Bool,
        is_active -> Bool,
        metadata -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    tax_groups (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        code -> Text,
        name -> Text,
        is_active -> Bool,
        metadata -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    tax_group_codes (company_id, tax_group_id, place) {
        company_id -> Text,
        tax_group_id -> Text,
        place -> Integer,
        tax_code_id -> Text,
    }
}

diesel::table! {
    row_counts (company_id, resource) {
        company_id -> Text,
        resource -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    used_tax_codes (company_id, tax_code_id) {
        company_id -> Text,
        tax_code_id -> Text,
    }
}

diesel::table! {
    exchange_rates (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        from_currency -> Text,
        base_currency -> Text,
        date -> Date,
        rate -> BigInt,
        source -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    stock_movements (company_id, item_id, sequence) {
        company_id -> Text,
        item_id -> Text,
        sequence -> BigInt,
        id -> Text,
        external_id -> Nullable<Text>,
        date -> Date,
        kind -> Text,
        of_id -> Nullable<Text>,
        quantity -> BigInt,
        value -> BigInt,
        effect_quantity -> BigInt,
        effect_value -> BigInt,
        effect_late_cost -> BigInt,
        account_id -> Text,
        document_id -> Nullable<Text>,
        line_number -> Integer,
        entry_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    stocks (company_id, item_id) {
        company_id -> Text,
        item_id -> Text,
        sequence -> BigInt,
        last_date -> Date,
        is_revised -> Integer,
        quantity -> BigInt,
        value -> BigInt,
        shelf -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(journal_entries, journal_lines);
diesel::allow_tables_to_appear_in_same_query!(companies, users);
diesel::allow_tables_to_appear_in_same_query!(accounts, balances_by_day);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    journal_lines::account_id,
    journal_entries::currency_code,
    journal_entries::period,
    journal_lines::date,
);

diesel::table! {
    documents (company_id, id) {
        company_id -> Text,
        id -> Text,
        kind -> Text,
        external_id -> Nullable<Text>,
        number -> Nullable<Text>,
        contact_id -> Text,
        date -> Date,
        due_date -> Nullable<Date>,
        reference_number -> Nullable<Text>,
        memo -> Nullable<Text>,
        currency_code -> Text,
        exchange_rate -> BigInt,
        total -> BigInt,
        base_total -> BigInt,
        amount_paid -> BigInt,
        amount_credited -> BigInt,
        open -> BigInt,
        base_open -> BigInt,
        state -> Text,
        control_account_id -> Nullable<Text>,
        entry_id -> Nullable<Text>,
        void_entry_id -> Nullable<Text>,
        source_id -> Nullable<Text>,
        converted_to_id -> Nullable<Text>,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    payments (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        number -> Text,
        direction -> Text,
        contact_id -> Text,
        date -> Date,
        amount -> BigInt,
        currency_code -> Text,
        exchange_rate -> BigInt,
        base_amount -> BigInt,
        account_id -> Nullable<Text>,
        reference_number -> Nullable<Text>,
        memo -> Nullable<Text>,
        unapplied -> BigInt,
        base_unapplied -> BigInt,
        used -> BigInt,
        refunded -> BigInt,
        advances_account_id -> Nullable<Text>,
        state -> Text,
        entry_id -> Nullable<Text>,
        void_entry_id -> Nullable<Text>,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    payment_applications (company_id, payment_id, id) {
        company_id -> Text,
        payment_id -> Text,
        id -> Text,
        direction -> Text,
        document_kind -> Nullable<Text>,
        document_id -> Nullable<Text>,
        other_direction -> Nullable<Text>,
        other_payment_id -> Nullable<Text>,
        date -> Date,
        amount -> BigInt,
        relieved -> BigInt,
        base_relieved -> BigInt,
        credited -> BigInt,
        base_amount -> BigInt,
        taken -> BigInt,
        base_taken -> BigInt,
        entry_id -> Nullable<Text>,
        reverses_id -> Nullable<Text>,
        details -> Text,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

diesel::table! {
    document_lines (company_id, document_id, line_number) {
        company_id -> Text,
        document_id -> Text,
        line_number -> Integer,
        item_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        tax_code_id -> Nullable<Text>,
        quantity -> BigInt,
        amount -> BigInt,
        tax_amount -> BigInt,
        details -> Text,
    }
}
diesel::allow_tables_to_appear_in_same_query!(payments, payment_applications);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    payment_applications::document_kind,
    payment_applications::document_id,
    payment_applications::other_direction,
    payment_applications::other_payment_id,
    payment_applications::payment_id,
);
diesel::allow_tables_to_appear_in_same_query!(documents, journal_entries);
diesel::allow_tables_to_appear_in_same_query!(documents, journal_lines);
diesel::allow_tables_to_appear_in_same_query!(payments, journal_entries);

diesel::table! {
    tax_entries (company_id, date, entry_id, line_number) {
        company_id -> Text,
        date -> Date,
        entry_id -> Text,
        line_number -> Integer,
        document_id -> Text,
        tax_code_id -> Text,
        trade -> Text,
        kind -> Text,
        origin -> Text,
        base -> BigInt,
        tax -> BigInt,
        recoverable -> BigInt,
    }
}
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    tax_entries::tax_code_id,
    tax_entries::trade,
    tax_entries::kind,
);

diesel::table! {
    revaluations (company_id, id) {
        company_id -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        date -> Date,
        reversal_date -> Date,
        gain -> BigInt,
        loss -> BigInt,
        state -> Text,
        entry_id -> Nullable<Text>,
        reversal_entry_id -> Nullable<Text>,
        void_entry_id -> Nullable<Text>,
        void_reversal_entry_id -> Nullable<Text>,
        details -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    revaluation_items (company_id, revaluation_id, line_number) {
        company_id -> Text,
        revaluation_id -> Text,
        line_number -> Integer,
        document_kind -> Nullable<Text>,
        document_id -> Nullable<Text>,
        payment_direction -> Nullable<Text>,
        payment_id -> Nullable<Text>,
        number -> Text,
        account_id -> Text,
        contact_id -> Nullable<Text>,
        side -> Text,
        currency_code -> Text,
        open -> BigInt,
        base_open -> BigInt,
        exchange_rate -> BigInt,
        difference -> BigInt,
        revaluation_account_id -> Text,
    }
}
diesel::allow_tables_to_appear_in_same_query!(revaluations, revaluation_items);
