//! The calls of the C library through which a program changes files, defined once more in this program, so that the linker gives these to everybody who
//! asks: the standard library and SQLite's ordinary file layer among them. Each does what was asked by a system call, and notes it where a
//! followed folder is concerned. This is the one module of the repository that needs `unsafe` to stand in another's place; SQLite's own way of exchanging
//! its file layer would have left out everything that the store and the client do to files beside SQLite.
//!
//! A program that changes files by other calls (`writev`, `copy_file_range`, system calls of its own) is not followed; a survivor is
//! refused then, because the folder is not as the record says.
#![expect(unsafe_code, reason = "functions of the C library are defined and system calls made")]

use std::cell::Cell;
use std::ffi::{CStr, OsStr, c_char, c_int, c_long, c_uint, c_void};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use libc::{AT_FDCWD, EIO, O_APPEND, O_CREAT, O_TRUNC, mode_t, off_t, size_t, ssize_t};

use super::record::Record;

type Shared = Arc<Mutex<Record>>;

/// Whether anything is followed. Without it every call goes straight through.
static FOLLOWING: AtomicBool = AtomicBool::new(false);
static RECORDS: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

thread_local! {
    /// Whether this thread is at work on a record: what it does to files then is not the program's doing.
    static ASIDE: Cell<bool> = const { Cell::new(false) };
}

/// Notes every change to the record's folder from now on.
pub(super) fn attach(record: Shared) {
    let mut records = lock(&RECORDS);
    records.push(record);
    FOLLOWING.store(true, Ordering::SeqCst);
}

/// No longer.
pub(super) fn detach(record: &Shared) {
    let mut records = lock(&RECORDS);
    records.retain(|other| !Arc::ptr_eq(other, record));
    FOLLOWING.store(!records.is_empty(), Ordering::SeqCst);
}

/// Does something to files that is not followed.
pub(super) fn aside<T>(work: impl FnOnce() -> T) -> T {
    let before = ASIDE.replace(true);
    let done = work();
    ASIDE.set(before);
    done
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn followed() -> Vec<Shared> {
    if !FOLLOWING.load(Ordering::SeqCst) || ASIDE.get() {
        return Vec::new();
    }
    lock(&RECORDS).clone()
}

/// The record that follows a path, and its name there.
fn by_path(path: *const c_char) -> Option<(Shared, PathBuf, PathBuf)> {
    let records = followed();
    if records.is_empty() || path.is_null() {
        return None;
    }
    // SAFETY: the caller of a function of the C library passes a text that ends with a zero, as for the library's own.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
    let path = std::path::absolute(path).ok()?;
    records.into_iter().find_map(|record| {
        let name = lock(&record).name(&path)?;
        Some((record, name, path.clone()))
    })
}

/// What a followed descriptor stands for.
enum Target {
    File(usize),
    Folder(PathBuf),
}

fn by_descriptor(descriptor: c_int) -> Option<(Shared, Target)> {
    let records = followed();
    if records.is_empty() {
        return None;
    }
    // SAFETY: all zeros are a `stat`, which the call overwrites.
    let mut found: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes one `stat` to where it is told to.
    if unsafe { libc::fstat(descriptor, &raw mut found) } != 0 {
        return None;
    }
    match found.st_mode & libc::S_IFMT {
        libc::S_IFREG => records.into_iter().find_map(|record| {
            let file = lock(&record).file((found.st_dev, found.st_ino))?;
            Some((record, Target::File(file)))
        }),
        libc::S_IFDIR => {
            let path = aside(|| fs::read_link(format!("/proc/self/fd/{descriptor}"))).ok()?;
            records.into_iter().find_map(|record| {
                let name = lock(&record).name(&path)?;
                Some((record, Target::Folder(name)))
            })
        }
        _ => None,
    }
}

/// The answer of a machine without power.
fn failed() -> c_int {
    // SAFETY: the C library gives each thread a place for its error number.
    unsafe { *libc::__errno_location() = EIO };
    -1
}

/// Does `call`, which answers with a negative number when it fails, and `note` what it did; with the power off, neither. The call during which the
/// power goes off is noted and fails.
fn follow(
    record: &Shared,
    call: impl FnOnce(&Record) -> c_long,
    note: impl FnOnce(&mut Record, c_long),
) -> c_long {
    let mut record = lock(record);
    if record.is_cut() {
        return failed().into();
    }
    let answer = call(&record);
    if answer < 0 {
        return answer;
    }
    aside(|| note(&mut record, answer));
    if record.is_cut() { failed().into() } else { answer }
}

/// An `open` that fails after all has still opened a descriptor.
fn close(descriptor: c_long) {
    // SAFETY: closes a descriptor that nobody else has been told of.
    unsafe { libc::syscall(libc::SYS_close, descriptor) };
}

fn open_at(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_openat, AT_FDCWD, path, flags, mode) };
    let Some((record, name, at)) = by_path(path) else { return call() as c_int };
    let mut opened = -1;
    let answer = follow(
        &record,
        |_| {
            opened = call();
            opened
        },
        |record, _| {
            if flags & O_TRUNC != 0 && record.knows(&name) {
                record.truncated(&name);
            } else if flags & O_CREAT != 0 && !record.knows(&name) {
                // What cannot be gripped is found out when the survivor is asked for.
                let _ = record.made(name, &at);
            }
        },
    );
    if answer < 0 && opened >= 0 {
        close(opened);
        return failed();
    }
    answer as c_int
}

fn write_at(descriptor: c_int, bytes: *const c_void, count: size_t, at: Option<off_t>) -> ssize_t {
    let call = || {
        // SAFETY: the system call that the caller asked for, with the caller's arguments.
        unsafe {
            match at {
                Some(at) => libc::syscall(libc::SYS_pwrite64, descriptor, bytes, count, at),
                None => libc::syscall(libc::SYS_write, descriptor, bytes, count),
            }
        }
    };
    let Some((record, Target::File(file))) = by_descriptor(descriptor) else { return call() as ssize_t };
    let place = Cell::new(0);
    let answer = follow(
        &record,
        |record| {
            place.set(at.unwrap_or_else(|| position(descriptor, record.length(file))));
            call()
        },
        |record, written| {
            // SAFETY: the system has just read as many bytes from there.
            let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), written as usize) };
            record.wrote(file, place.get() as usize, bytes);
        },
    );
    answer as ssize_t
}

/// Where the next write of a descriptor goes.
fn position(descriptor: c_int, length: usize) -> off_t {
    // SAFETY: asks for flags, and for the position.
    unsafe {
        if libc::fcntl(descriptor, libc::F_GETFL) & O_APPEND != 0 {
            length as off_t
        } else {
            libc::lseek(descriptor, 0, libc::SEEK_CUR)
        }
    }
}

fn truncate_to(descriptor: c_int, length: off_t) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_ftruncate, descriptor, length) };
    let Some((record, Target::File(file))) = by_descriptor(descriptor) else { return call() as c_int };
    follow(&record, |_| call(), |record, _| record.set_length(file, length as usize)) as c_int
}

/// The system is not asked to sync what is followed: its cache is not what the record is of.
fn sync(descriptor: c_int, number: c_long) -> c_int {
    let Some((record, target)) = by_descriptor(descriptor) else {
        // SAFETY: the system call that the caller asked for, with the caller's argument.
        return unsafe { libc::syscall(number, descriptor) } as c_int;
    };
    follow(
        &record,
        |_| 0,
        |record, _| match target {
            Target::File(file) => record.synced(file),
            Target::Folder(name) => record.synced_folder(&name),
        },
    ) as c_int
}

fn rename_to(from: *const c_char, to: *const c_char, flags: c_uint) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags) };
    match (by_path(from), by_path(to)) {
        (Some((record, from, _)), Some((other, to, _))) if Arc::ptr_eq(&record, &other) => {
            follow(&record, |_| call(), |record, _| record.renamed(from, to)) as c_int
        }
        _ => call() as c_int,
    }
}

fn remove(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_unlinkat, AT_FDCWD, path, flags) };
    let Some((record, name, _)) = by_path(path) else { return call() as c_int };
    follow(&record, |_| call(), |record, _| record.removed(name)) as c_int
}

/// A link that is not followed: from or to a folder that is open.
fn link_elsewhere(old: c_int, from: *const c_char, new: c_int, to: *const c_char, flags: c_int) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let answer = unsafe { libc::syscall(libc::SYS_linkat, old, from, new, to, flags) };
    answer as c_int
}

/// One more name of a file.
fn link_to(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0) };
    let Some((record, name, path)) = by_path(to) else { return call() as c_int };
    follow(
        &record,
        |_| call(),
        |record, _| {
            // What cannot be gripped is found out when the survivor is asked for.
            let _ = record.made(name, &path);
        },
    ) as c_int
}

fn make_folder(path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: the system call that the caller asked for, with the caller's arguments.
    let call = || unsafe { libc::syscall(libc::SYS_mkdirat, AT_FDCWD, path, mode) };
    let Some((record, name, _)) = by_path(path) else { return call() as c_int };
    follow(&record, |_| call(), |record, _| record.made_folder(name)) as c_int
}

/// Defines functions of the C library.
macro_rules! stand_in {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty = $work:expr;)*) => {$(
        // SAFETY: the function has the C library's name, arguments and meaning. `open` takes its mode as any argument, where the callers of a
        // function with a variable number of them put it on the platforms that Linux runs on; without O_CREAT it is not looked at.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),*) -> $answer {
            $work
        }
    )*};
}

stand_in! {
    fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = open_at(path, flags, mode_of(flags, mode));
    fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = open_at(path, flags, mode_of(flags, mode));
    fn write(descriptor: c_int, bytes: *const c_void, count: size_t) -> ssize_t =
        write_at(descriptor, bytes, count, None);
    fn pwrite(descriptor: c_int, bytes: *const c_void, count: size_t, at: off_t) -> ssize_t =
        write_at(descriptor, bytes, count, Some(at));
    fn pwrite64(descriptor: c_int, bytes: *const c_void, count: size_t, at: off_t) -> ssize_t =
        write_at(descriptor, bytes, count, Some(at));
    fn ftruncate(descriptor: c_int, length: off_t) -> c_int = truncate_to(descriptor, length);
    fn ftruncate64(descriptor: c_int, length: off_t) -> c_int = truncate_to(descriptor, length);
    fn fsync(descriptor: c_int) -> c_int = sync(descriptor, libc::SYS_fsync);
    fn fdatasync(descriptor: c_int) -> c_int = sync(descriptor, libc::SYS_fdatasync);
    fn rename(from: *const c_char, to: *const c_char) -> c_int = rename_to(from, to, 0);
    fn link(from: *const c_char, to: *const c_char) -> c_int = link_to(from, to);
    fn linkat(old: c_int, from: *const c_char, new: c_int, to: *const c_char, flags: c_int) -> c_int =
        if (old, new, flags) == (AT_FDCWD, AT_FDCWD, 0) { link_to(from, to) } else { link_elsewhere(old, from, new, to, flags) };
    fn unlink(path: *const c_char) -> c_int = remove(path, 0);
    fn rmdir(path: *const c_char) -> c_int = remove(path, libc::AT_REMOVEDIR);
    fn mkdir(path: *const c_char, mode: mode_t) -> c_int = make_folder(path, mode);
}

/// The mode of a file that is made; nothing was passed where none is.
const fn mode_of(flags: c_int, mode: mode_t) -> mode_t {
    if flags & (O_CREAT | libc::O_TMPFILE) != 0 { mode } else { 0 }
}
