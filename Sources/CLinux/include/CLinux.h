// What Swift's Glibc module does not export. Header only: declarations and static inline functions.
#ifndef CLINUX_H
#define CLINUX_H
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

// GNU extensions that the Glibc module hides.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern const char *sigabbrev_np(int number);
extern pid_t gettid(void);
extern int pipe2(int ends[2], int flags);
// As ppoll for one descriptor: whether it is readable, or its other end has gone, within a time.
static inline int clinux_wait_readable(int descriptor, int64_t nanoseconds) {
    struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    struct pollfd wanted = {descriptor, POLLIN, 0};
    return (int)syscall(SYS_ppoll, &wanted, 1, &time, 0, 8) == 1;
}
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

// Has the kernel send this signal to the calling process when its parent ends; prctl has no Swift form.
static inline int clinux_signal_at_parents_end(int number) { return prctl(PR_SET_PDEATHSIG, number); }

// Bytes that this process has allocated and not freed, in all arenas.
static inline size_t clinux_allocated_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// A word of memory that two processes share: atomics of Swift can't be laid over memory from outside.
static inline uint32_t clinux_load(const uint32_t *word) {
    return atomic_load_explicit((const _Atomic uint32_t *)word, memory_order_acquire);
}
static inline void clinux_store(uint32_t *word, uint32_t value) {
    atomic_store_explicit((_Atomic uint32_t *)word, value, memory_order_release);
}
// Figures that several threads, or processes, add to: no order is promised between two of them.
static inline void clinux_add64(uint64_t *word, uint64_t amount) {
    atomic_fetch_add_explicit((_Atomic uint64_t *)word, amount, memory_order_relaxed);
}
static inline uint64_t clinux_load64(const uint64_t *word) {
    return atomic_load_explicit((const _Atomic uint64_t *)word, memory_order_relaxed);
}
static inline void clinux_store64(uint64_t *word, uint64_t value) {
    atomic_store_explicit((_Atomic uint64_t *)word, value, memory_order_relaxed);
}
static inline int clinux_exchange64(uint64_t *word, uint64_t old, uint64_t value) {
    return atomic_compare_exchange_strong_explicit(
        (_Atomic uint64_t *)word, &old, value, memory_order_relaxed, memory_order_relaxed);
}
// Memory without a name that children can be given. Who is given it can neither take of it nor make more of it: it would be
// gone under us, and nothing bounds what it may grow to. -1 with errno when there is none.
static inline int clinux_shared_memory(const char *name, int64_t size) {
    int descriptor = (int)syscall(SYS_memfd_create, name, 3u /* MFD_CLOEXEC | MFD_ALLOW_SEALING */);
    if (descriptor < 0) return -1;
    const int seals = 7 /* F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW */;
    if (ftruncate(descriptor, size) == 0 && fcntl(descriptor, 1033 /* F_ADD_SEALS */, seals) == 0) return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

// Takes one error report (IP_RECVERR, IPV6_RECVERR) from a socket's error queue: what it says, and the address that
// the failed datagram was sent to. Returns 0, or -1 when the queue is empty. The CMSG macros have no Swift form.
static inline int clinux_read_error_queue(int fd, struct sockaddr_in6 *peer, struct sock_extended_err *report) {
    char control[512] __attribute__((aligned(8)));
    struct iovec nothing = {0, 0};
    struct msghdr message = {0};
    message.msg_name = peer;
    message.msg_namelen = sizeof *peer;
    message.msg_iov = &nothing;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return -1;
    *report = (struct sock_extended_err){0};
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&message); entry; entry = CMSG_NXTHDR(&message, entry)) {
        int is_v4 = entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_RECVERR;
        int is_v6 = entry->cmsg_level == IPPROTO_IPV6 && entry->cmsg_type == IPV6_RECVERR;
        if (is_v4 || is_v6) *report = *(const struct sock_extended_err *)CMSG_DATA(entry);
    }
    return 0;
}
#endif
