#ifndef FULL_SEND_BUFFER_H
#define FULL_SEND_BUFFER_H
#include <stdbool.h>
/// From now on the kernel answers the calling thread's sendto with EAGAIN, as for a full send buffer. Only the end of
/// the thread ends that. Loopback hands a datagram over at once, so its send buffer never fills by itself.
/// Returns false when the kernel has no system call filters.
bool fill_send_buffer_of_thread(void);
#endif
