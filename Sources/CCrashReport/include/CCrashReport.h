// Whose code has brought the process down.
//
// A crash handler looks at the stack of the thread that crashed for code of images that were made known, and writes one line
// about the innermost: "TAG SIGNAL OFFSET SECONDS\n" (tag as given, number of the signal or 0 for a thread that was stuck,
// offset in the image in hexadecimal, seconds since 1970). Then the process ends as it would have without. In C, because
// nothing of a language runtime may run in a signal handler.
#pragma once
#include <pthread.h>
#include <stdint.h>

/// Bytes of an image's tag.
#define CRASH_REPORT_TAG 64
/// Most images that are known at a time; those beyond are not reported.
#define CRASH_REPORT_IMAGES 4096

/// Writes reports to this descriptor from now on. Returns 0, or an error number. Once for a process.
int crash_report_install(int descriptor);

/// Gives the calling thread a stack of its own for handlers, so that an exhausted stack is reported too.
void crash_report_prepare_thread(void);

/// Makes the image known that holds an address. Returns 0 when there is none or no room.
int crash_report_add_image(const void *address, const char *tag);

/// Looks at the stack of a thread that makes no progress. When code of a known image is on it, writes a report and ends the
/// process by SIGABRT. Otherwise returns 0, or -1 when the thread gave no answer within `milliseconds`. One thread at a time.
int crash_report_end_if_inside(pthread_t thread, int milliseconds);
