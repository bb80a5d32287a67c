// The least that any server in this place can cost: one thread that passes each datagram on, unread.
// Usage: forwarder PORT FIRST_CALLER CALLEE_PORT PAIRS. Caller i is 127.0.0.1:FIRST_CALLER+i,
// callee i is 127.0.0.(2+i):CALLEE_PORT; what comes from one goes to the other.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: forwarder PORT FIRST_CALLER CALLEE_PORT PAIRS\n");
        return 2;
    }
    int port = atoi(arguments[1]), caller = atoi(arguments[2]), callee = atoi(arguments[3]);
    int pairs = atoi(arguments[4]), size = 8 << 20;
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("bind");
        return 1;
    }
    static char bytes[65536];
    for (;;) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        ssize_t received = recvfrom(descriptor, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &length);
        if (received <= 0) continue;
        int from = ntohs(peer.sin_port), host = ntohl(peer.sin_addr.s_addr) - INADDR_LOOPBACK;
        if (from >= caller && from < caller + pairs) {
            peer.sin_port = htons(callee);
            peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + from - caller);
        } else if (from == callee && host >= 1 && host <= pairs) {
            peer.sin_port = htons(caller + host - 1);
            peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }  // else: the probe that asks whether we are up gets its own bytes back
        sendto(descriptor, bytes, received, 0, (struct sockaddr *)&peer, sizeof peer);
    }
}
