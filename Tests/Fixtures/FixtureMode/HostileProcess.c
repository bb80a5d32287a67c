#define _GNU_SOURCE
// What a plugin's process can do to what it shares with its daemon, by hand: descriptors and layout are those of PluginChild.
#include "FixtureMode.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { shared = 3, talk = 4, service = 5, lanes = 8, header = 64, content = 192 << 10 };

static int hears(int lane) { return 6 + 2 * lane; }
static int says(int lane) { return 7 + 2 * lane; }

static _Noreturn void wait_for_the_end(void) {
    for (;;) pause();
}

// Takes the memory away under the daemon, and has it look.
static void shrink(void) {
    if (ftruncate(shared, 0) != 0) return;
    for (int lane = 0; lane < lanes; lane++) (void)!write(says(lane), "", 1);
    wait_for_the_end();
}

// Lets the memory grow, which is no data of the process.
static void grow(void) {
    if (ftruncate(shared, (off_t)1 << 40) == 0) wait_for_the_end();
}

// Answers in the lane's place, and never takes a turn out of its pipe.
static void *answer_deaf(void *memory) {
    for (;;) {
        for (int lane = 0; lane < lanes; lane++) {
            uint8_t *base = (uint8_t *)memory + (size_t)lane * (header + 2 * content);
            volatile uint32_t *turn = (volatile uint32_t *)base;
            if (__atomic_load_n(turn, __ATOMIC_ACQUIRE) != 1) continue;
            base[header + content] = 5;
            turn[2] = 1;
            __atomic_store_n(turn, 2, __ATOMIC_RELEASE);
            (void)!write(says(lane), "", 1);
        }
    }
}

static void deaf(void) {
    for (int lane = 0; lane < lanes; lane++) fcntl(hears(lane), F_SETPIPE_SZ, 4096);
    void *memory = mmap(0, (size_t)lanes * (header + 2 * content), PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    pthread_t thread;
    if (memory == MAP_FAILED || pthread_create(&thread, 0, answer_deaf, memory) != 0) return;
    wait_for_the_end();
}

// An answer that says that it is longer than there is room.
static void overlong(void) {
    uint8_t *memory = mmap(0, (size_t)lanes * (header + 2 * content), PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    if (memory == MAP_FAILED) return;
    for (int lane = 0; lane < lanes; lane++) {
        uint32_t *turn = (uint32_t *)(memory + (size_t)lane * (header + 2 * content));
        turn[2] = UINT32_MAX;
        __atomic_store_n(turn, 2, __ATOMIC_RELEASE);
        (void)!write(says(lane), "", 1);
    }
    wait_for_the_end();
}

// Says a byte now and then of a reply that never ends.
static void drip(void) {
    uint8_t head[4] = {0, 255, 255, 255};
    (void)!write(talk, head, sizeof head);
    for (;;) {
        (void)!write(talk, " ", 1);
        usleep(50000);
    }
}

// Leaves a process behind that holds all that leads to the daemon.
static void leave(void) {
    if (fork() == 0) wait_for_the_end();
    _exit(0);
}

static void scribble(void) {
    uint8_t noise[4096];
    memset(noise, 0xA5, sizeof noise);
    for (int turn = 0; turn < 64; turn++) {
        (void)!send(service, noise, sizeof noise, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)!send(talk, noise, sizeof noise, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    wait_for_the_end();
}

static void close_all(void) {
    for (int descriptor = 0; descriptor < 64; descriptor++) close(descriptor);
    wait_for_the_end();
}

static void *idle(void *none) {
    for (;;) pause();
    return none;
}

// As many threads as there may be.
static void start_threads(void) {
    pthread_t thread;
    for (int count = 0; count < 1000 && pthread_create(&thread, 0, idle, 0) == 0; count++) {}
}

// As many processes as there may be, each of which begins another.
static void breed(void) {
    for (int count = 0; count < 300; count++) {
        pid_t child = fork();
        if (child < 0) return;
        if (child > 0) wait_for_the_end();
    }
    wait_for_the_end();
}

// Needs all of the stack, and more.
static int sink(volatile int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return sink(depth + 1) + room[0];
}

void fixture_attack(void) {
    if (fixture_mode_is("adapter-hostile-threads")) start_threads();
    if (fixture_mode_is("adapter-hostile-breed")) breed();
    if (fixture_mode_is("adapter-hostile-sink")) sink(0);
    if (fixture_mode_is("adapter-hostile-doze")) usleep(400000);
    if (fixture_mode_is("adapter-hostile-shrink")) shrink();
    if (fixture_mode_is("adapter-hostile-grow")) grow();
    if (fixture_mode_is("adapter-hostile-deaf")) deaf();
    if (fixture_mode_is("adapter-hostile-overlong")) overlong();
    if (fixture_mode_is("adapter-hostile-leave")) leave();
    if (fixture_mode_is("adapter-hostile-scribble")) scribble();
    if (fixture_mode_is("adapter-hostile-close")) close_all();
}

void fixture_attack_at_start(void) {
    if (fixture_mode_is("adapter-drip-at-start")) drip();
    if (fixture_mode_is("adapter-crash-at-start")) __builtin_trap();
}
