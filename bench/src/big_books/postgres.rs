//! Copying them into a server.

use super::Trade;
use crate::psql;
use anyhow::{Context, Result, bail};
use partita_tests::postgres::Cluster;
use std::io::{BufWriter, Write};

const PER_COPY: u64 = 50_000;

pub(super) fn write(cluster: &Cluster, url: &str, trade: &mut Trade) -> Result<()> {
    let mut session = psql::feed(cluster, url)?;
    let mut out = BufWriter::with_capacity(1 << 20, session.stdin.take().context("a pipe")?);
    // Foreign keys hold by construction, and are not looked up ten million times.
    writeln!(out, "SET session_replication_role = replica;\nSET synchronous_commit = off;")?;
    let mut lines = Vec::new();
    loop {
        let before = trade.next;
        lines.clear();
        writeln!(
            out,
            "COPY journal_entries (company_id, id, position, entry_number, date, fiscal_year, period, transaction_type, memo, \
             currency_code, exchange_rate, total, metadata, created_at, created_by, previous_hash, hash) FROM STDIN;"
        )?;
        while trade.next < before + PER_COPY {
            let Some(entry) = trade.entry() else { break };
            let day = trade.days.get(entry.day).context("a day")?;
            let (company, id, date) = (&trade.company, &entry.id, &day.date);
            writeln!(
                out,
                "{company}\t{id}\t{}\t{}\t{date}\t{}\t{}\tjournal\t{}\tUSD\t1000000\t{}\t{{}}\t{}\t{}\t{}\t{}",
                entry.position,
                entry.number,
                day.year,
                day.period,
                entry.memo,
                entry.amount,
                entry.created_at,
                trade.created_by,
                entry.previous_hash,
                entry.hash
            )?;
            for (number, account, debit, credit) in
                [(1, entry.debit, entry.amount, 0), (2, entry.credit, 0, entry.amount)]
            {
                let account = trade.accounts.get(account).context("an account")?;
                writeln!(
                    lines,
                    "{company}\t{id}\t{number}\t{date}\t{}\t{account}\t{debit}\t{credit}\t{debit}\t{credit}",
                    entry.position
                )?;
            }
        }
        writeln!(out, "\\.")?;
        if lines.is_empty() {
            break;
        }
        writeln!(
            out,
            "COPY journal_lines (company_id, entry_id, line_number, date, position, account_id, debit, credit, base_debit, \
             base_credit) FROM STDIN;"
        )?;
        out.write_all(&lines)?;
        writeln!(out, "\\.")?;
    }
    // What autovacuum does in its own time.
    write!(out, "{}\nVACUUM (ANALYZE);\nCHECKPOINT;\n", trade.closing()?)?;
    drop(out);
    if !session.wait()?.success() {
        bail!("psql refused the books");
    }
    Ok(())
}
