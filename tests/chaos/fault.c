/* Faults and a diary for everything a process does to files below one folder.
 *
 * Loaded with LD_PRELOAD and asleep until fault_arm() is called, which a forked child does through ctypes. Every
 * operation that changes the disk is counted; at the Nth the process is killed, or the call fails with an errno, once
 * or from then on. In diary mode each operation is written down with its bytes, so that a model can play it back.
 * It sees what goes through libc: no io_uring, no stores into mapped memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[4096];
static size_t root_length;
static long nth, count, fired;
static int fault_errno, keeps_failing, diary = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* kill_or_errno: 0 kills. The diary, when not negative, is a descriptor opened before. */
void fault_arm(const char *below, long at, int kill_or_errno, int forever, int diary_handle) {
    snprintf(root, sizeof root, "%s/", below);
    nth = at;
    fault_errno = kill_or_errno;
    keeps_failing = forever;
    diary = diary_handle;
    count = fired = 0;
    root_length = strlen(root);
}
void fault_disarm(void) { root_length = 0; }
long fault_count(void) { return count; }
long fault_fired(void) { return fired; }

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        long done = syscall(SYS_write, diary, at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

/* op inode offset length path second-path, separated by NUL, then the bytes. */
static void note(const char *op, unsigned long inode, long offset, size_t length, const char *path, const char *second,
                 const void *bytes) {
    char head[9000];
    int size = snprintf(head, sizeof head, "%s%c%lu%c%ld%c%zu%c%s%c%s%c", op, 0, inode, 0, offset, 0, length, 0, path, 0,
                        second, 0);
    put(head, (size_t)size);
    if (bytes) put(bytes, length);
}

void fault_mark(const char *text) {
    pthread_mutex_lock(&lock);
    if (diary >= 0) note("mark", 0, 0, 0, text, "", NULL);
    pthread_mutex_unlock(&lock);
}

static int below(const char *path) {
    size_t length = strlen(path);
    return strncmp(path, root, root_length) == 0 || (length + 1 == root_length && strncmp(path, root, length) == 0);
}

static int name_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long size = syscall(SYS_readlink, link, out, 4095);
    if (size < 0) return 0;
    out[size] = 0;
    return 1;
}

static int watched_fd(int fd, char *path) {
    if (!root_length || !name_of(fd, path)) return 0;
    return below(path);
}

static int watched_path(int dirfd, const char *given, char *path) {
    if (!root_length) return 0;
    if (given[0] == '/') {
        snprintf(path, 4096, "%s", given);
    } else {
        char folder[4096];
        if (dirfd == AT_FDCWD) {
            if (syscall(SYS_getcwd, folder, sizeof folder) < 0) return 0;
        } else if (!name_of(dirfd, folder)) {
            return 0;
        }
        snprintf(path, 4096, "%.2000s/%.2000s", folder, given);
    }
    return below(path);
}

/* Counts one operation; true when it must fail. Called with the lock held. */
static int strikes(void) {
    count++;
    if (!nth || count < nth || (count > nth && !keeps_failing)) return 0;
    fired++;
    if (fault_errno == 0) {
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
        for (;;) pause();
    }
    errno = fault_errno;
    return 1;
}

static unsigned long inode_of(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 ? (unsigned long)found.st_ino : 0;
}

static unsigned long inode_at(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0 ? (unsigned long)found.st_ino : 0;
}

#define FAIL_OR(call)                                                \
    pthread_mutex_lock(&lock);                                       \
    long result = strikes() ? -1 : (long)(call);                     \
    int kept = errno
#define DONE                                                         \
    pthread_mutex_unlock(&lock);                                     \
    errno = kept;                                                    \
    return result
#define NOTING (diary >= 0 && result >= 0)

static int open_watched(int dirfd, const char *given, int flags, mode_t mode) {
    char path[4096];
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    if (!writes || !watched_path(dirfd, given, path)) return (int)syscall(SYS_openat, dirfd, given, flags, mode);
    int is_new = (flags & O_CREAT) && inode_at(path) == 0;
    FAIL_OR(syscall(SYS_openat, dirfd, given, flags, mode));
    if (NOTING && (flags & O_TMPFILE) != O_TMPFILE) {
        unsigned long inode = inode_of((int)result);
        if (is_new) note("create", inode, 0, 0, path, "", NULL);
        if ((flags & O_TRUNC) && !is_new) note("truncate", inode, 0, 0, path, "", NULL);
    }
    DONE;
}
#define MODE                                                         \
    mode_t mode = 0;                                                 \
    if (flags & (O_CREAT | O_TMPFILE)) {                             \
        va_list rest;                                                \
        va_start(rest, flags);                                       \
        mode = va_arg(rest, mode_t);                                 \
        va_end(rest);                                                \
    }
int open(const char *path, int flags, ...) { MODE return open_watched(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_watched(AT_FDCWD, path, flags, mode); }
int openat(int dirfd, const char *path, int flags, ...) { MODE return open_watched(dirfd, path, flags, mode); }
int openat64(int dirfd, const char *path, int flags, ...) { MODE return open_watched(dirfd, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

static ssize_t write_watched(int fd, const void *bytes, size_t length, long offset) {
    char path[4096];
    int placed = offset >= 0;
    if (!watched_fd(fd, path))
        return placed ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&lock);
    long at = placed ? offset : syscall(SYS_lseek, fd, 0L, SEEK_CUR);
    if (!placed && (syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND)) {
        struct stat found;
        if (fstat(fd, &found) == 0) at = found.st_size;
    }
    long result = -1;
    if (!strikes())
        result = placed ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    int kept = errno;
    if (NOTING) note("write", inode_of(fd), at, (size_t)result, path, "", bytes);
    DONE;
}
ssize_t write(int fd, const void *bytes, size_t length) { return write_watched(fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return write_watched(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return write_watched(fd, bytes, length, at); }

/* One part at a time: a short count is a result every caller must expect. */
static ssize_t first_part(int fd, const struct iovec *parts, int number, long offset) {
    for (int i = 0; i < number; i++)
        if (parts[i].iov_len) return write_watched(fd, parts[i].iov_base, parts[i].iov_len, offset);
    return 0;
}
ssize_t writev(int fd, const struct iovec *parts, int number) {
    char path[4096];
    if (!watched_fd(fd, path)) return syscall(SYS_writev, fd, parts, number);
    return first_part(fd, parts, number, -1);
}
ssize_t pwritev(int fd, const struct iovec *parts, int number, off_t at) { return first_part(fd, parts, number, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int number, off64_t at) { return first_part(fd, parts, number, at); }

static int sync_watched(int fd, long number) {
    char path[4096];
    if (!watched_fd(fd, path)) return (int)syscall(number, fd);
    FAIL_OR(syscall(number, fd));
    if (NOTING) note("fsync", inode_of(fd), 0, 0, path, "", NULL);
    DONE;
}
int fsync(int fd) { return sync_watched(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_watched(fd, SYS_fdatasync); }

int ftruncate(int fd, off_t length) {
    char path[4096];
    if (!watched_fd(fd, path)) return (int)syscall(SYS_ftruncate, fd, length);
    FAIL_OR(syscall(SYS_ftruncate, fd, length));
    if (NOTING) note("truncate", inode_of(fd), length, 0, path, "", NULL);
    DONE;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }
int truncate(const char *given, off_t length) {
    char path[4096];
    if (!watched_path(AT_FDCWD, given, path)) return (int)syscall(SYS_truncate, given, length);
    FAIL_OR(syscall(SYS_truncate, given, length));
    if (NOTING) note("truncate", inode_at(path), length, 0, path, "", NULL);
    DONE;
}
int truncate64(const char *path, off64_t length) { return truncate(path, length); }
int fallocate(int fd, int mode, off_t offset, off_t length) {
    char path[4096];
    if (!watched_fd(fd, path)) return (int)syscall(SYS_fallocate, fd, mode, offset, length);
    FAIL_OR(syscall(SYS_fallocate, fd, mode, offset, length));
    struct stat found;
    if (NOTING && mode == 0 && fstat(fd, &found) == 0 && found.st_size == offset + length)
        note("truncate", inode_of(fd), found.st_size, 0, path, "", NULL);
    DONE;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) {
    int kept = errno;
    int result = fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
    errno = kept;
    return result;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }

static int rename_watched(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
    char source[4096], target[4096];
    int watched = watched_path(to_dir, to, target) | watched_path(from_dir, from, source);
    if (!watched) return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
    FAIL_OR(syscall(SYS_renameat2, from_dir, from, to_dir, to, flags));
    if (NOTING) note("rename", 0, 0, 0, source, target, NULL);
    DONE;
}
int rename(const char *from, const char *to) { return rename_watched(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return rename_watched(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return rename_watched(a, from, b, to, flags);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    char source[4096], target[4096];
    int watched = watched_path(to_dir, to, target) | watched_path(from_dir, from, source);
    if (!watched) return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    FAIL_OR(syscall(SYS_linkat, from_dir, from, to_dir, to, flags));
    if (NOTING) note("link", 0, 0, 0, source, target, NULL);
    DONE;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dirfd, const char *given, int flags) {
    char path[4096];
    if (!watched_path(dirfd, given, path)) return (int)syscall(SYS_unlinkat, dirfd, given, flags);
    FAIL_OR(syscall(SYS_unlinkat, dirfd, given, flags));
    if (NOTING) note("unlink", 0, 0, 0, path, "", NULL);
    DONE;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dirfd, const char *given, mode_t mode) {
    char path[4096];
    if (!watched_path(dirfd, given, path)) return (int)syscall(SYS_mkdirat, dirfd, given, mode);
    FAIL_OR(syscall(SYS_mkdirat, dirfd, given, mode));
    if (NOTING) note("mkdir", inode_at(path), 0, 0, path, "", NULL);
    DONE;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Not played back by the model: refused, so that callers read and write instead. */
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
    char path[4096];
    if (!watched_fd(out, path)) return syscall(SYS_copy_file_range, in, from, out, to, length, flags);
    errno = EXDEV;
    return -1;
}
ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
    char path[4096];
    if (!watched_fd(out, path)) return syscall(SYS_sendfile, out, in, offset, length);
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t length) { return sendfile(out, in, offset, length); }
