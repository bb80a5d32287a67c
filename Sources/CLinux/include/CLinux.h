// What Swift's Glibc module does not export. Header only: declarations and static inline functions.
#ifndef CLINUX_H
#define CLINUX_H
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

// GNU extension that the Glibc module hides.
extern int pthread_setname_np(pthread_t thread, const char *name);
#endif
