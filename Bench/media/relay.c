// The least that an RTP relay with a socket per leg can cost: one thread, epoll, recvfrom, sendto, nothing looked at.
// Usage: relay, then on standard input one line per leg: its port and the port of its peer's phone. Legs 2n and 2n + 1
// are a call: what comes in at one leaves from the other's socket.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct leg {
    int descriptor;
    struct sockaddr_in phone;
};

int main(void) {
    static struct leg legs[65536];
    int count = 0, port, phone, set = epoll_create1(0);
    while (count < 65536 && scanf("%d %d", &port, &phone) == 2) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        legs[count].descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        if (bind(legs[count].descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("bind");
            return 1;
        }
        legs[count].phone = address;
        legs[count].phone.sin_port = htons(phone);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = count};
        epoll_ctl(set, EPOLL_CTL_ADD, legs[count].descriptor, &event);
        count++;
    }
    puts("ready");
    fflush(stdout);
    static struct epoll_event events[256];
    static char bytes[9216];
    for (;;) {
        int ready = epoll_wait(set, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct leg *in = &legs[events[i].data.u32], *out = &legs[events[i].data.u32 ^ 1];
            struct sockaddr_in source;
            socklen_t length = sizeof source;
            ssize_t size = recvfrom(in->descriptor, bytes, sizeof bytes, 0, (struct sockaddr *)&source, &length);
            if (size > 0) sendto(out->descriptor, bytes, size, 0, (struct sockaddr *)&out->phone, sizeof out->phone);
        }
    }
}
