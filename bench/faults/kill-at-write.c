/*
 * Preloaded into a process (LD_PRELOAD), kills it right before the Nth of its calls that change a file or a folder; N is KILL_AT_WRITE.
 * Calls of all threads count together; writes to pipes, sockets and terminals do not count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static void count(void) {
  static atomic_long calls;
  static atomic_long at = -1;
  if (atomic_load(&at) == -1) {
    const char *wanted = getenv("KILL_AT_WRITE");
    atomic_store(&at, wanted == NULL ? 0 : atol(wanted));
  }
  if (atomic_fetch_add(&calls, 1) + 1 == atomic_load(&at)) kill(getpid(), SIGKILL);
}

static void count_file(int fd) {
  struct stat facts;
  if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) count();
}

#define PASS_ON(type, name, parameters, arguments, counting)                                     \
  type name parameters {                                                                         \
    static type(*real) parameters;                                                               \
    if (real == NULL) real = (type(*) parameters)dlsym(RTLD_NEXT, #name);                        \
    counting;                                                                                    \
    return real arguments;                                                                       \
  }
#define OF_FILE(type, name, parameters, arguments) PASS_ON(type, name, parameters, arguments, count_file(fd))
#define OF_NAME(name, parameters, arguments) PASS_ON(int, name, parameters, arguments, count())

OF_FILE(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
OF_FILE(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
OF_FILE(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
OF_FILE(ssize_t, writev, (int fd, const struct iovec *parts, int count_of), (fd, parts, count_of))
OF_FILE(ssize_t, pwritev, (int fd, const struct iovec *parts, int count_of, off_t at), (fd, parts, count_of, at))
OF_FILE(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count_of, off64_t at), (fd, parts, count_of, at))
OF_FILE(ssize_t, sendfile, (int fd, int from, off_t *at, size_t size), (fd, from, at, size))
OF_FILE(ssize_t, sendfile64, (int fd, int from, off64_t *at, size_t size), (fd, from, at, size))
OF_FILE(int, ftruncate, (int fd, off_t size), (fd, size))
OF_FILE(int, ftruncate64, (int fd, off64_t size), (fd, size))
OF_FILE(int, fsync, (int fd), (fd))
OF_FILE(int, fdatasync, (int fd), (fd))
OF_NAME(rename, (const char *from, const char *to), (from, to))
OF_NAME(renameat, (int from_folder, const char *from, int to_folder, const char *to), (from_folder, from, to_folder, to))
OF_NAME(link, (const char *from, const char *to), (from, to))
OF_NAME(unlink, (const char *file), (file))
OF_NAME(unlinkat, (int folder, const char *file, int flags), (folder, file, flags))
OF_NAME(mkdir, (const char *folder, mode_t mode), (folder, mode))
OF_NAME(rmdir, (const char *folder), (folder))
