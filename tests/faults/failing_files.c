/* SPDX-License-Identifier: Apache-2.0
 * LD_PRELOAD: one call on a file below a folder fails. FAIL_BELOW names the folder, FAIL_CALL the call, FAIL_AT which of them (from 1, in
 * each process), FAIL_ERRNO with what. Without FAIL_AT none fails, and the end of the process appends the counts to the file FAIL_COUNTS, a
 * line `call count` for each. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kOpen, kWrite, kFlush, kClose, kRename, kReserve, kMakeFolder, kCalls };
static const char* const kNames[kCalls] = {"open", "write", "fsync", "close", "rename", "fallocate", "mkdir"};
static atomic_int counts[kCalls];

static int is_below(const char* path) {
  const char* folder = getenv("FAIL_BELOW");
  return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_of_folder(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return is_below(path);
}

/* Whether this call is the one that fails; errno is set then. */
static int fails(int call) {
  const int number = atomic_fetch_add(&counts[call], 1) + 1;
  const char *which = getenv("FAIL_CALL"), *at = getenv("FAIL_AT"), *code = getenv("FAIL_ERRNO");
  if (which == NULL || at == NULL || code == NULL || strcmp(which, kNames[call]) != 0 || atoi(at) != number) return 0;
  errno = atoi(code);
  return 1;
}

__attribute__((destructor)) static void tell(void) {
  const char* path = getenv("FAIL_COUNTS");
  FILE* file = path == NULL || getenv("FAIL_AT") != NULL ? NULL : fopen(path, "a");
  if (file == NULL) return;
  for (int call = 0; call < kCalls; ++call) fprintf(file, "%s %d\n", kNames[call], atomic_load(&counts[call]));
  fclose(file);
}

/* A process that ends without its destructors tells too. */
void _Exit(int code) {
  tell();
  _exit(code);
}

#define NEXT(name, type) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int file, const void* bytes, size_t size) {
  if (is_of_folder(file) && fails(kWrite)) return -1;
  return NEXT("write", ssize_t(*)(int, const void*, size_t))(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  if (is_of_folder(file) && fails(kWrite)) return -1;
  return NEXT("pwrite", ssize_t(*)(int, const void*, size_t, off_t))(file, bytes, size, at);
}

int fsync(int file) {
  if (is_of_folder(file) && fails(kFlush)) return -1;
  return NEXT("fsync", int (*)(int))(file);
}

int fdatasync(int file) {
  if (is_of_folder(file) && fails(kFlush)) return -1;
  return NEXT("fdatasync", int (*)(int))(file);
}

int close(int file) {
  const int ours = is_of_folder(file);
  const int result = NEXT("close", int (*)(int))(file);
  return ours && fails(kClose) ? -1 : result;
}

int rename(const char* from, const char* to) {
  if (is_below(to) && fails(kRename)) return -1;
  return NEXT("rename", int (*)(const char*, const char*))(from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  if ((is_below(to) || is_of_folder(to_folder)) && fails(kRename)) return -1;
  return NEXT("renameat", int (*)(int, const char*, int, const char*))(from_folder, from, to_folder, to);
}

int fallocate(int file, int mode, off_t from, off_t size) {
  if (is_of_folder(file) && fails(kReserve)) return -1;
  return NEXT("fallocate", int (*)(int, int, off_t, off_t))(file, mode, from, size);
}

int mkdir(const char* path, mode_t mode) {
  if (is_below(path) && fails(kMakeFolder)) return -1;
  return NEXT("mkdir", int (*)(const char*, mode_t))(path, mode);
}

static mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && is_below(path) && fails(kOpen)) return -1;
  return NEXT("open", int (*)(const char*, int, ...))(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && (is_below(path) || is_of_folder(folder)) && fails(kOpen)) return -1;
  return NEXT("openat", int (*)(int, const char*, int, ...))(folder, path, flags, mode);
}
