// The phones at both ends of many calls: each sends G.711 at 50 packets a second and notes what arrives, and how late.
// Usage: phones SECONDS, then on standard input one line per phone: its own port, the relay's address and port.
// Phones 2n and 2n + 1 talk to each other. Prints what was sent and received, and quantiles of the delay in us.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { PHONES = 8192, PACKET = 172, TICKS = 20, BUCKETS = 100000 };

struct phone {
    int descriptor;
    struct sockaddr_in relay;
    uint16_t sequence;
};

static struct phone phones[PHONES];
static uint32_t delays[BUCKETS + 1];
static uint64_t sent, received;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void speak(int index) {
    struct phone *phone = &phones[index];
    unsigned char packet[PACKET] = {0x80, 8};
    uint16_t sequence = htons(++phone->sequence);
    uint32_t stamp = htonl(phone->sequence * 160u), source = htonl(0x10000000u + index);
    uint64_t time = now();
    memcpy(packet + 2, &sequence, 2);
    memcpy(packet + 4, &stamp, 4);
    memcpy(packet + 8, &source, 4);
    memcpy(packet + 12, &time, 8);
    if (sendto(phone->descriptor, packet, PACKET, 0, (struct sockaddr *)&phone->relay, sizeof phone->relay) == PACKET)
        sent++;
}

static void listen_to(int index, uint64_t *misled) {
    unsigned char packet[2048];
    ssize_t size;
    while ((size = recv(phones[index].descriptor, packet, sizeof packet, MSG_DONTWAIT)) > 0) {
        uint32_t source;
        uint64_t time;
        memcpy(&source, packet + 8, 4);
        memcpy(&time, packet + 12, 8);
        if (size != PACKET || ntohl(source) != 0x10000000u + (index ^ 1)) {
            ++*misled;
            continue;
        }
        uint64_t delay = (now() - time) / 1000;
        delays[delay < BUCKETS ? delay : BUCKETS]++;
        received++;
    }
}

static unsigned quantile(double share) {
    uint64_t seen = 0;
    for (unsigned i = 0; i <= BUCKETS; i++)
        if ((seen += delays[i]) >= share * received && seen) return i;
    return BUCKETS;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int count = 0, own, port, set = epoll_create1(0);
    char host[64];
    while (count < PHONES && scanf("%d %63s %d", &own, host, &port) == 3) {
        struct phone *phone = &phones[count];
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(own)};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        phone->descriptor = socket(AF_INET, SOCK_DGRAM, 0);
        if (bind(phone->descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("bind");
            return 1;
        }
        phone->relay.sin_family = AF_INET;
        phone->relay.sin_port = htons(port);
        inet_pton(AF_INET, host, &phone->relay.sin_addr);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = count};
        epoll_ctl(set, EPOLL_CTL_ADD, phone->descriptor, &event);
        count++;
    }
    static struct epoll_event events[512];
    uint64_t start = now(), misled = 0, ticks = (uint64_t)(atof(argv[1]) * 1000), drain = 1000;
    for (uint64_t tick = 0; tick < ticks + drain; tick++) {
        // Phones that are late by now still wait for what is under way.
        if (tick == ticks) start = now() - tick * 1000000;
        if (tick < ticks)
            for (int i = tick % TICKS; i < count; i += TICKS) speak(i);
        uint64_t end = start + (tick + 1) * 1000000;
        for (uint64_t time = now();; time = now()) {
            struct timespec left = {0, time < end ? end - time : 0};
            int ready = epoll_pwait2(set, events, 512, &left, NULL);
            for (int i = 0; i < ready; i++) listen_to(events[i].data.u32, &misled);
            if (now() >= end) break;
        }
    }
    printf("{\"sent\": %lu, \"received\": %lu, \"misled\": %lu, \"p50\": %u, \"p99\": %u, \"max\": %u}\n",
           sent, received, misled, quantile(0.5), quantile(0.99), quantile(1));
}
