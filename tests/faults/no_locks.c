/* SPDX-License-Identifier: Apache-2.0
 * LD_PRELOAD: a file system without file locks, as Lustre without -o flock, and without hard links. NO_LOCKS is the errno that locks fail
 * with: ENOLCK, ENOSYS or 524 (ENOTSUPP, which NFS and Lustre let through). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static int refuse(void) {
  const char* code = getenv("NO_LOCKS");
  errno = code == NULL ? ENOLCK : atoi(code);
  return -1;
}

int flock(int file, int operation) {
  (void)file, (void)operation;
  return refuse();
}

int lockf(int file, int command, off_t length) {
  (void)file, (void)command, (void)length;
  return refuse();
}

static int is_lock(int command) {
  return command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW ||
         command == F_OFD_GETLK;
}

static int pass_on(const char* name, int file, int command, void* argument) {
  int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
  return next(file, command, argument);
}

int fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return is_lock(command) ? refuse() : pass_on("fcntl", file, command, argument);
}

int fcntl64(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return is_lock(command) ? refuse() : pass_on("fcntl64", file, command, argument);
}

int link(const char* from, const char* to) {
  (void)from, (void)to;
  errno = EPERM;
  return -1;
}
