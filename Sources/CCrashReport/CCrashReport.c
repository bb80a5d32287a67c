#define _GNU_SOURCE
#include "CCrashReport.h"

#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

struct image {
    uintptr_t start, end, base;
    char tag[CRASH_REPORT_TAG];
};

static struct image images[CRASH_REPORT_IMAGES];
static atomic_int image_count;
static int report_descriptor = -1;
static atomic_flag is_reported = ATOMIC_FLAG_INIT;
/// What the thread that was asked has found: 0 nothing yet, 1 no code of an image.
static atomic_int probe_answer;
static int probe_signal;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { crash_signal_count = sizeof crash_signals / sizeof *crash_signals };
static struct sigaction earlier[crash_signal_count];

// MARK: The stack

struct place {
    uintptr_t instruction, stack, frame;
};

static struct place interrupted(const void *context) {
    const ucontext_t *machine = context;
#if defined(__x86_64__)
    const greg_t *registers = machine->uc_mcontext.gregs;
    return (struct place){registers[REG_RIP], registers[REG_RSP], registers[REG_RBP]};
#elif defined(__aarch64__)
    return (struct place){machine->uc_mcontext.pc, machine->uc_mcontext.sp, machine->uc_mcontext.regs[29]};
#else
#error "no such machine yet"
#endif
}

/// Reads memory that may not be there.
static int read_words(uintptr_t from, uintptr_t *words, size_t count) {
    struct iovec own = {words, count * sizeof *words}, other = {(void *)from, count * sizeof *words};
    return process_vm_readv(getpid(), &own, 1, &other, 1, 0) == (ssize_t)(count * sizeof *words);
}

static const struct image *image_at(uintptr_t address) {
    int count = atomic_load(&image_count);
    for (int i = 0; i < count; i++) {
        if (address >= images[i].start && address < images[i].end) return &images[i];
    }
    return NULL;
}

/// The innermost image with code on a stack; `address` is where in it.
static const struct image *innermost(struct place place, uintptr_t *address) {
    const struct image *found = image_at(*address = place.instruction);
    uintptr_t floor = place.stack, frame = place.frame, pair[2];
    int depth = 0;
    for (; !found && depth < 4096; depth++) {
        if (frame < floor || frame % sizeof(uintptr_t) != 0 || !read_words(frame, pair, 2)) break;
        // A return address follows a call: the byte before it is the caller's in any case.
        found = image_at(*address = pair[1] - 1);
        floor = frame + sizeof pair;
        frame = pair[0];
    }
    if (found || depth > 2) return found;
    // C code without frame pointers: whatever looks like a return address in the next 64 KiB.
    for (uintptr_t at = place.stack & ~(uintptr_t)7, end = at + 65536; at < end; at += sizeof pair) {
        if (!read_words(at, pair, 2)) return NULL;
        if ((found = image_at(*address = pair[0] - 1)) || (found = image_at(*address = pair[1] - 1))) return found;
    }
    return NULL;
}

// MARK: The report

static char *put_number(char *end, uint64_t number, unsigned base) {
    do {
        *--end = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    return end;
}

static void write_report(const struct image *image, uintptr_t address, int signal) {
    if (atomic_flag_test_and_set(&is_reported)) return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char line[CRASH_REPORT_TAG + 64], *at = line + sizeof line;
    *--at = '\n';
    at = put_number(at, (uint64_t)now.tv_sec, 10);
    *--at = ' ';
    at = put_number(at, address - image->base, 16);
    *--at = ' ';
    at = put_number(at, (uint64_t)signal, 10);
    *--at = ' ';
    at -= CRASH_REPORT_TAG;
    memcpy(at, image->tag, CRASH_REPORT_TAG);
    ssize_t ignored = write(report_descriptor, at, (size_t)(line + sizeof line - at));
    (void)ignored;
}

static void crashed(int signal, siginfo_t *info, void *context) {
    (void)info;
    int code = errno;
    uintptr_t address;
    const struct image *image = innermost(interrupted(context), &address);
    if (image) write_report(image, address, signal);
    // What was there before gets it, or the kernel: the instruction runs once more.
    for (int i = 0; i < crash_signal_count; i++) sigaction(crash_signals[i], &earlier[i], NULL);
    if (info->si_code <= 0) raise(signal);  // sent by somebody: nothing runs once more
    errno = code;
}

static void probed(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)info;
    int code = errno;
    uintptr_t address;
    const struct image *image = innermost(interrupted(context), &address);
    if (image) {
        write_report(image, address, 0);
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(SIGABRT, &standard, NULL);
        kill(getpid(), SIGABRT);
    } else {
        atomic_store(&probe_answer, 1);
    }
    errno = code;
}

// MARK: What others call

int crash_report_install(int descriptor) {
    report_descriptor = descriptor;
    // A handler that a language runtime has set up draws pictures of the crash, for seconds: only when it was asked for.
    int keeps_earlier = getenv("SWIFT_BACKTRACE") != NULL;
    struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_signal_count; i++) {
        if (sigaction(crash_signals[i], &action, &earlier[i]) != 0) return errno;
        if (!keeps_earlier) earlier[i] = (struct sigaction){.sa_handler = SIG_DFL};
    }
    probe_signal = SIGRTMIN + 4;
    struct sigaction probe = {.sa_sigaction = probed, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigemptyset(&probe.sa_mask);
    if (sigaction(probe_signal, &probe, NULL) != 0) return errno;
    crash_report_prepare_thread();
    return 0;
}

void crash_report_prepare_thread(void) {
    enum { size = 65536 };
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack = {.ss_sp = memory, .ss_size = size};
    if (sigaltstack(&stack, NULL) != 0) munmap(memory, size);
}

struct search {
    uintptr_t address;
    struct image image;
};

static int visit(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size;
    struct search *search = argument;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + part->p_vaddr;
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        if (search->address < start || search->address >= start + part->p_memsz) continue;
        search->image.start = start;
        search->image.end = start + part->p_memsz;
        search->image.base = info->dlpi_addr;
        return 1;
    }
    return 0;
}

int crash_report_add_image(const void *address, const char *tag) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct search search = {.address = (uintptr_t)address};
    if (dl_iterate_phdr(visit, &search) == 0) return 0;
    memcpy(search.image.tag, tag, CRASH_REPORT_TAG);
    pthread_mutex_lock(&lock);
    int count = atomic_load(&image_count);
    int has_room = count < CRASH_REPORT_IMAGES;
    if (has_room) {
        images[count] = search.image;
        atomic_store(&image_count, count + 1);
    }
    pthread_mutex_unlock(&lock);
    return has_room;
}

int crash_report_end_if_inside(pthread_t thread, int milliseconds) {
    atomic_store(&probe_answer, 0);
    if (probe_signal == 0 || pthread_kill(thread, probe_signal) != 0) return -1;
    for (int waited = 0; waited < milliseconds; waited++) {
        if (atomic_load(&probe_answer)) return 0;
        usleep(1000);
    }
    return -1;
}
