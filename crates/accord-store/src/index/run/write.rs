//! Writing a run: rows come in order, and are not kept.

use super::block::{self, CONTENTS};
use super::filter::{self, Filter};
use super::{Footer, Run};
use crate::disk::{Access, Disk, DiskError, DiskFile};
use crate::error::{StoreError, StoreResult};
use crate::index::record::{SEQ, Table, split};
use std::sync::Arc;

/// Bytes that are written at once.
const PIECE: usize = 64 << 10;

/// A run being written.
#[derive(Debug)]
pub(in crate::index) struct Writer {
    disk: Arc<dyn Disk>,
    path: String,
    file: Box<dyn DiskFile>,
    footer: Footer,
    filter: Filter,
    /// The table of the rows so far, and how many of it there were.
    table: Table,
    rows: u64,
    block: Vec<u8>,
    piece: Vec<u8>,
    /// Where the open block will begin.
    at: u64,
}

impl Writer {
    /// Begins a run in a file that is not there yet.
    pub(in crate::index) fn create(
        disk: Arc<dyn Disk>,
        path: String,
        footer: Footer,
    ) -> StoreResult<Self> {
        let rows = footer.counts().iter().sum();
        let filter = Filter::over(rows).ok_or_else(|| wrong("so many rows are too many"))?;
        let file = disk.create(&path, Access::Private).map_err(|e| failed(&e))?;
        Ok(Self {
            disk,
            path,
            file,
            footer,
            filter,
            table: Table::Events,
            rows: 0,
            block: Vec::with_capacity(CONTENTS),
            piece: Vec::with_capacity(PIECE + CONTENTS),
            at: 0,
        })
    }

    /// Writes the next row.
    pub(in crate::index) fn push(&mut self, row: &[u8]) -> StoreResult<()> {
        let (table, row) = split(row).ok_or_else(|| wrong("a row has an impossible form"))?;
        self.push_to(table, row)
    }

    /// Writes the next row of a table.
    pub(in crate::index) fn push_to(&mut self, table: Table, row: &[u8]) -> StoreResult<()> {
        while table != self.table {
            self.end_table()?;
        }
        if self.block.len() + row.len() > CONTENTS {
            self.end_block()?;
        }
        self.block.extend_from_slice(row);
        self.rows += 1;
        self.filter.add(table, row.get(..table.width() - SEQ).unwrap_or_default());
        Ok(())
    }

    /// Goes on to the next table.
    fn end_table(&mut self) -> StoreResult<()> {
        self.end_block()?;
        let next = Table::ALL.get(self.table.at() + 1);
        self.check_count()?;
        self.table = *next.ok_or_else(|| wrong("rows came out of order"))?;
        self.rows = 0;
        Ok(())
    }

    fn check_count(&self) -> StoreResult<()> {
        match self.footer.counts().get(self.table.at()) {
            Some(count) if *count == self.rows => Ok(()),
            _ => Err(wrong("there were not as many rows as were said")),
        }
    }

    fn end_block(&mut self) -> StoreResult<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let sum = block::sum(self.footer.seal(), self.at, &self.block);
        self.at += (self.block.len() + sum.len()) as u64;
        self.piece.append(&mut self.block);
        self.piece.extend(sum);
        if self.piece.len() >= PIECE {
            self.file.append(&self.piece).map_err(|e| failed(&e))?;
            self.piece.clear();
        }
        Ok(())
    }

    /// Writes the rest, and makes the file durable.
    pub(in crate::index) fn finish(mut self) -> StoreResult<Run> {
        while self.table.at() + 1 < Table::ALL.len() {
            self.end_table()?;
        }
        self.end_block()?;
        self.check_count()?;
        let filter = std::mem::take(&mut self.filter);
        let lines = filter.bytes().chunks(CONTENTS / filter::LINE * filter::LINE);
        for lines in lines {
            self.block.extend_from_slice(lines);
            self.end_block()?;
        }
        self.piece.extend(self.footer.encode());
        self.file.append(&self.piece).map_err(|e| failed(&e))?;
        self.file.sync_data().map_err(|e| failed(&e))?;
        Ok(Run::new(self.disk, self.path, self.footer, Some(filter)))
    }
}

/// Whatever keeps a run from being written, those that are there are as they were.
fn failed(error: &DiskError) -> StoreError {
    StoreError::Index(error.to_string())
}

fn wrong(why: &str) -> StoreError {
    StoreError::IndexDamaged(format!("a run cannot be written: {why}"))
}
