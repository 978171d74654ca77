//! The calls of the simulated disk, each under its plan: to work, to fail, or to stop the machine.

use super::super::path::check;
use super::super::{Access, Disk, DiskFile, DiskLock, DiskReader, DiskResult, Kind, Operation};
use super::inode::Inode;
use super::names::Node;
use super::random::Random;
use super::{Plan, SimDisk, error};
use std::io;

impl Disk for SimDisk {
    fn kind(&self, path: &str) -> DiskResult<Option<Kind>> {
        self.lock_state().run(Operation::Inspect, path, |state| {
            Ok(state.names.get(path).map(|node| match node {
                Node::Dir => Kind::Dir,
                Node::File(_) => Kind::File,
            }))
        })
    }

    fn len(&self, path: &str) -> DiskResult<u64> {
        self.lock_state().run(Operation::Inspect, path, |state| {
            Ok(state.bytes(Operation::Inspect, path)?.len() as u64)
        })
    }

    fn read(&self, path: &str, max_bytes: u64) -> DiskResult<Vec<u8>> {
        self.lock_state().run(Operation::Read, path, |state| {
            let bytes = state.bytes(Operation::Read, path)?;
            if bytes.len() as u64 > max_bytes {
                let kind = io::ErrorKind::FileTooLarge;
                return Err(error(Operation::Read, path, kind, "longer than it may be"));
            }
            Ok(bytes.to_vec())
        })
    }

    fn read_at(&self, path: &str, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        self.lock_state().run(Operation::Read, path, |state| {
            let bytes = state.bytes(Operation::Read, path)?;
            let part = usize::try_from(offset)
                .ok()
                .and_then(|from| bytes.get(from..from.checked_add(len)?));
            part.map(<[u8]>::to_vec).ok_or_else(|| {
                error(Operation::Read, path, io::ErrorKind::UnexpectedEof, "fewer bytes there")
            })
        })
    }

    fn open_read(&self, path: &str) -> DiskResult<Box<dyn DiskReader>> {
        let mut guard = self.lock_state();
        let inode = guard.run(Operation::Read, path, |state| state.file(Operation::Read, path))?;
        let epoch = guard.epoch;
        Ok(Box::new(SimFile { disk: self.clone(), path: path.to_owned(), inode, epoch }))
    }

    fn list(&self, path: &str) -> DiskResult<Vec<String>> {
        self.lock_state().run(Operation::List, path, |state| match state.names.get(path) {
            Some(Node::Dir) => Ok(state.names.inside(path)),
            _ => Err(error(Operation::List, path, io::ErrorKind::NotFound, "no such directory")),
        })
    }

    fn create(&self, path: &str, _access: Access) -> DiskResult<Box<dyn DiskFile>> {
        let mut guard = self.lock_state();
        let inode = guard.run(Operation::Create, path, |state| {
            state.want_parent(Operation::Create, path)?;
            state.want_free(Operation::Create, path)?;
            let id = state.add(Inode::default());
            state.names.set(path, Node::File(id));
            Ok(id)
        })?;
        let epoch = guard.epoch;
        Ok(Box::new(SimFile { disk: self.clone(), path: path.to_owned(), inode, epoch }))
    }

    fn open_append(&self, path: &str) -> DiskResult<Box<dyn DiskFile>> {
        let mut guard = self.lock_state();
        let inode = guard.run(Operation::Open, path, |state| state.file(Operation::Open, path))?;
        let epoch = guard.epoch;
        Ok(Box::new(SimFile { disk: self.clone(), path: path.to_owned(), inode, epoch }))
    }

    fn rename(&self, from: &str, to: &str) -> DiskResult<()> {
        self.lock_state().run(Operation::Rename, to, |state| {
            check(Operation::Rename, from)?;
            state.file(Operation::Rename, from)?;
            state.want_parent(Operation::Rename, to)?;
            if state.names.get(to) == Some(Node::Dir) {
                let kind = io::ErrorKind::IsADirectory;
                return Err(error(Operation::Rename, to, kind, "a directory"));
            }
            state.names.rename(from, to);
            Ok(())
        })
    }

    fn remove_file(&self, path: &str) -> DiskResult<()> {
        self.lock_state().run(Operation::Remove, path, |state| {
            state.file(Operation::Remove, path)?;
            state.names.unset(path);
            Ok(())
        })
    }

    fn create_dir(&self, path: &str, _access: Access) -> DiskResult<()> {
        self.lock_state().run(Operation::CreateDir, path, |state| {
            state.want_parent(Operation::CreateDir, path)?;
            state.want_free(Operation::CreateDir, path)?;
            state.names.set(path, Node::Dir);
            Ok(())
        })
    }

    fn remove_dir(&self, path: &str) -> DiskResult<()> {
        self.lock_state().run(Operation::RemoveDir, path, |state| {
            if state.names.get(path) != Some(Node::Dir) {
                let kind = io::ErrorKind::NotFound;
                return Err(error(Operation::RemoveDir, path, kind, "no such directory"));
            }
            if !state.names.inside(path).is_empty() {
                let kind = io::ErrorKind::DirectoryNotEmpty;
                return Err(error(Operation::RemoveDir, path, kind, "not empty"));
            }
            state.names.unset(path);
            Ok(())
        })
    }

    fn sync_dir(&self, path: &str) -> DiskResult<()> {
        let mut guard = self.lock_state();
        let state = &mut *guard;
        let plan = state.begin(Operation::SyncDir, path)?;
        if state.names.get(path) != Some(Node::Dir) {
            let kind = io::ErrorKind::NotFound;
            return Err(error(Operation::SyncDir, path, kind, "no such directory"));
        }
        if matches!(plan, Plan::Work) {
            state.names.sync(path);
            return Ok(());
        }
        if state.random.one_in(2) {
            state.names.sync(path);
        }
        Err(state.misfortune(Operation::SyncDir, path))
    }

    fn try_lock(&self, path: &str) -> DiskResult<Box<dyn DiskLock>> {
        let mut guard = self.lock_state();
        guard.run(Operation::Lock, path, |state| {
            state.want_parent(Operation::Lock, path)?;
            if state.names.get(path).is_none() {
                let id = state.add(Inode::default());
                state.names.set(path, Node::File(id));
            }
            if !state.locks.insert(path.to_owned()) {
                let kind = io::ErrorKind::WouldBlock;
                return Err(error(Operation::Lock, path, kind, "another process holds it"));
            }
            Ok(())
        })?;
        let epoch = guard.epoch;
        Ok(Box::new(SimLock { disk: self.clone(), path: path.to_owned(), epoch }))
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    path: String,
    inode: u64,
    epoch: u64,
}

impl SimFile {
    fn with<T>(
        &self,
        operation: Operation,
        work: impl FnOnce(&mut Inode, &mut Random, Plan) -> Option<T>,
    ) -> DiskResult<T> {
        let mut guard = self.disk.lock_state();
        let state = &mut *guard;
        if state.epoch != self.epoch {
            let reason = "the process that opened it has ended";
            return Err(error(operation, &self.path, io::ErrorKind::Other, reason));
        }
        let plan = state.begin(operation, &self.path)?;
        let done = match state.inodes.get_mut(&self.inode) {
            Some(inode) => work(inode, &mut state.random, plan),
            None => None,
        };
        done.ok_or_else(|| state.misfortune(operation, &self.path))
    }
}

impl DiskFile for SimFile {
    fn append(&mut self, bytes: &[u8]) -> DiskResult<()> {
        self.with(Operation::Append, |inode, random, plan| match plan {
            Plan::Work => {
                inode.append(bytes);
                Some(())
            }
            Plan::Fail | Plan::Crash => {
                inode.append(&bytes[..random.below(bytes.len() + 1)]);
                None
            }
        })
    }

    fn sync_data(&mut self) -> DiskResult<()> {
        self.with(Operation::Sync, |inode, random, plan| match plan {
            Plan::Work => {
                inode.sync();
                Some(())
            }
            Plan::Fail => {
                if random.one_in(2) {
                    inode.mark_clean();
                }
                None
            }
            Plan::Crash => {
                if random.one_in(2) {
                    inode.sync();
                }
                None
            }
        })
    }
}

impl DiskReader for SimFile {
    fn read_at(&self, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        let from = usize::try_from(offset).ok();
        let read = self.with(Operation::Read, |inode, _, plan| match plan {
            Plan::Work => Some(
                from.and_then(|from| inode.data().get(from..from.checked_add(len)?))
                    .map(<[u8]>::to_vec),
            ),
            Plan::Fail | Plan::Crash => None,
        })?;
        let kind = io::ErrorKind::UnexpectedEof;
        read.ok_or_else(|| error(Operation::Read, &self.path, kind, "fewer bytes there"))
    }
}

#[derive(Debug)]
struct SimLock {
    disk: SimDisk,
    path: String,
    epoch: u64,
}

impl DiskLock for SimLock {}

impl Drop for SimLock {
    fn drop(&mut self) {
        let mut state = self.disk.lock_state();
        if state.epoch == self.epoch {
            state.locks.remove(&self.path);
        }
    }
}
