// What Swift can't read of c-ares: values that are written as casts and shifts.
#ifndef CCARES_SHIM_H
#define CCARES_SHIM_H
#include <ares.h>
#include <netdb.h>
#include <poll.h>

// Macros in some versions of c-ares, enumerations in others.
static const int ccares_success = ARES_SUCCESS;
static const int ccares_no_data = ARES_ENODATA;
static const int ccares_not_found = ARES_ENOTFOUND;
static const int ccares_timed_out = ARES_ETIMEOUT;
static const int ccares_unreachable = ARES_ECONNREFUSED;
static const int ccares_server_failed = ARES_ESERVFAIL;
static const int ccares_refused = ARES_EREFUSED;

// The sockets on which answers are awaited, as poll wants them; at most ARES_GETSOCK_MAXNUM. Returns their number.
static inline int ccares_sockets(ares_channel channel, struct pollfd *sockets) {
    ares_socket_t found[ARES_GETSOCK_MAXNUM];
    int bits = ares_getsock(channel, found, ARES_GETSOCK_MAXNUM), count = 0;
    for (int index = 0; index < ARES_GETSOCK_MAXNUM; index++) {
        short events = 0;
        if (ARES_GETSOCK_READABLE(bits, index)) events |= POLLIN;
        if (ARES_GETSOCK_WRITABLE(bits, index)) events |= POLLOUT;
        if (!events) continue;
        sockets[count].fd = found[index];
        sockets[count].events = events;
        sockets[count++].revents = 0;
    }
    return count;
}

// Reads, writes and times out, by what poll has found.
static inline void ccares_process(ares_channel channel, const struct pollfd *sockets, int count) {
    for (int index = 0; index < count; index++) {
        int readable = sockets[index].revents & (POLLIN | POLLERR | POLLHUP);
        int writable = sockets[index].revents & (POLLOUT | POLLERR | POLLHUP);
        if (readable || writable)
            ares_process_fd(
                channel, readable ? sockets[index].fd : ARES_SOCKET_BAD, writable ? sockets[index].fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

// Milliseconds until the next question times out, at most `most`.
static inline int ccares_timeout(ares_channel channel, int most) {
    struct timeval limit = {most / 1000, (most % 1000) * 1000}, left;
    struct timeval *next = ares_timeout(channel, &limit, &left);
    return (int)(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);
}
#endif
