//! Number sequences: how numbers look, and the counters of their scopes.

use crate::books::Kept;
use crate::parse;
use crate::schema::{sequence_counters, sequences};
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Mode, Sequences, Stored};
use partita_domain::sequence::{Sequence, SequenceReset};
use std::collections::BTreeMap;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sequences, primary_key(company_id, sequence_type), treat_none_as_null = true)]
struct SequenceRow {
    company_id: String,
    sequence_type: String,
    prefix: String,
    padding: i32,
    reset: String,
    version: i64,
}

impl SequenceRow {
    fn of(company: &str, sequence: &Sequence) -> Self {
        Self {
            company_id: company.to_owned(),
            sequence_type: sequence.sequence_type.clone(),
            prefix: sequence.prefix.clone(),
            padding: i32::from(sequence.padding),
            reset: sequence.reset.name().to_owned(),
            version: sequence.version,
        }
    }

    fn into_sequence(self) -> Stored<Sequence> {
        Ok(Sequence {
            sequence_type: self.sequence_type,
            prefix: self.prefix,
            padding: parse::number(self.padding.into(), "padding")?,
            reset: parse::named(SequenceReset::named(&self.reset), &self.reset, "reset of a sequence")?,
            next_number: 1,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    pub(crate) fn load_sequences(&mut self) -> Stored<BTreeMap<String, Sequence>> {
        let rows: Vec<SequenceRow> = self.read(|conn, company| {
            sequences::table
                .filter(sequences::company_id.eq(company))
                .select(SequenceRow::as_select())
                .load(conn)
        })?;
        rows.into_iter()
            .map(|row| row.into_sequence().map(|sequence| (sequence.sequence_type.clone(), sequence)))
            .collect()
    }

    fn known_sequences(&mut self) -> Stored<BTreeMap<String, Sequence>> {
        if self.mode() == Mode::Write
            && let Some(reference) = self.reference()?
        {
            return Ok(reference.sequences.clone());
        }
        self.load_sequences()
    }
}

impl Sequences for SqlTx<'_> {
    fn insert(&mut self, sequence: &Sequence) -> Stored<()> {
        let row = SequenceRow::of(&self.key, sequence);
        self.write(|conn, _| diesel::insert_into(sequences::table).values(&row).execute(conn))?;
        self.reference_takes(|reference| {
            let stored = Sequence { next_number: 1, ..sequence.clone() };
            reference.sequences.insert(sequence.sequence_type.clone(), stored);
        })
    }

    fn update(&mut self, sequence: &Sequence) -> Stored<()> {
        let row = SequenceRow::of(&self.key, sequence);
        let updated = self.write(|conn, company| {
            diesel::update(sequences::table.find((company, &row.sequence_type))).set(&row).execute(conn)
        })?;
        if updated == 0 {
            return Ok(());
        }
        self.reference_takes(|reference| {
            let stored = Sequence { next_number: 1, ..sequence.clone() };
            reference.sequences.insert(sequence.sequence_type.clone(), stored);
        })
    }

    fn find(&mut self, sequence_type: &str) -> Stored<Option<Sequence>> {
        if self.mode() == Mode::Write
            && let Some(reference) = self.reference()?
        {
            return Ok(reference.sequences.get(sequence_type).cloned());
        }
        Ok(self.load_sequences()?.remove(sequence_type))
    }

    fn list(&mut self) -> Stored<Vec<Sequence>> {
        Ok(self.known_sequences()?.into_values().collect())
    }

    fn next(&mut self, sequence_type: &str, scope: i32) -> Stored<i64> {
        let key = (sequence_type.to_owned(), scope);
        if let Some(kept) = self.books()?.next_numbers.get(&key) {
            return Ok(kept.value);
        }
        let value: Option<i64> = self.read(|conn, company| {
            sequence_counters::table
                .find((company, sequence_type, scope))
                .select(sequence_counters::next_number)
                .first(conn)
                .optional()
        })?;
        let value = value.unwrap_or(1);
        self.books()?.next_numbers.insert(key, Kept { value, changed: false });
        Ok(value)
    }

    fn set_next(&mut self, sequence_type: &str, scope: i32, next: i64) -> Stored<()> {
        self.must_write()?;
        let kept = Kept { value: next, changed: true };
        self.books()?.next_numbers.insert((sequence_type.to_owned(), scope), kept);
        Ok(())
    }
}
