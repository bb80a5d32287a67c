// Both parties of many calls through a SIP server and its relay: each call is INVITE / 100 / 180 / 50 ms / 200 / ACK, speech
// both ways (G.711, 50 packets of 172 bytes a second), 500 ms of silence, BYE / 200.
// Usage: agents SERVER_PORT CALLER_PORT CALLEE_PORT CALLEES FIRST_PHONE_PORT CALLS_PER_SECOND SPEECH_SECONDS CALLS
// Callers are 127.0.0.1, callees 127.0.0.2 and so on. Prints what became of calls and packets, and the delay in us.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { SLOTS = 1024, CALLEES = 8, PACKET = 172, TICKS = 20, BUCKETS = 100000, SIGNALLING = 1 << 16, BUFFER = 8 << 20 };
enum { RING_TURNS = 50 / TICKS, T1_TURNS = 500 / TICKS, PATIENCE_TURNS = 8000 / TICKS };
enum caller_state { FREE, CALLING, SPEAKING, LEAVING };
enum callee_state { IDLE, RINGING, ANSWERED, CONFIRMED };
// Real time, however late the turns are: what is still missing then was lost.
static const uint64_t silence = 500 * 1000000ull;

struct text {
    size_t size;
    char bytes[4096];
};

struct phone {
    int descriptor, port;
    struct sockaddr_in relay;
    uint16_t sequence;
};

struct call {
    enum caller_state caller;
    enum callee_state callee;
    uint32_t serial;
    unsigned turn, spoken, request_at, request_gap, answer_at, answer_gap;
    struct text request, answer, bye;
    int callee_socket;
    struct sockaddr_in back;
    struct phone phones[2];
    uint64_t spoken_at;
};

static struct call calls[SLOTS];
static uint32_t delays[BUCKETS + 1];
static uint64_t sent, received, misled;
static unsigned total, placed, completed, failed, repeated, up, up_max, speech_turns;
static int caller_socket, caller_port, callee_port, server_port;
static struct sockaddr_in server;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

// A socket at a port, or at the first free one of so many: every second, as RTP has them.
static int opened(const char *host, int *port, int tries) {
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0), size = BUFFER;
    struct sockaddr_in address = {.sin_family = AF_INET};
    inet_pton(AF_INET, host, &address.sin_addr);
    for (; tries > 0; tries--, *port += 2) {
        address.sin_port = htons(*port);
        if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) continue;
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        return descriptor;
    }
    fprintf(stderr, "agents: %s:%d: ", host, *port);
    perror("bind");
    exit(1);
}

static void add(struct text *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    text->size += vsnprintf(text->bytes + text->size, sizeof text->bytes - text->size, format, values);
    va_end(values);
    if (text->size >= sizeof text->bytes) abort();
}

// The next header field of a name after the line at a place.
static const char *field(const char *at, const char *name) {
    size_t length = strlen(name);
    while ((at = strstr(at, "\r\n")) && at[2] != '\r') {
        at += 2;
        if (strncasecmp(at, name, length) == 0 && at[length] == ':') return at;
    }
    return NULL;
}

static void add_fields(struct text *text, const char *message, const char *name, const char *more) {
    for (const char *at = message; (at = field(at, name));) add(text, "%.*s%s\r\n", (int)strcspn(at, "\r"), at, more);
}

static void transmit(int descriptor, const struct sockaddr_in *to, const struct text *text) {
    sendto(descriptor, text->bytes, text->size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void add_description(struct text *text, int port, const char *codecs) {
    struct text body = {0};
    add(&body, "v=0\r\no=- 34278 2 IN IP4 127.0.0.1\r\ns=call\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP %s 101\r\n"
        "a=rtpmap:8 PCMA/8000\r\n%sa=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
        port, codecs, strchr(codecs, '0') ? "a=rtpmap:0 PCMU/8000\r\n" : "");
    add(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s", body.size, body.bytes);
}

// Where a party is told to send its speech; 0 when that is nowhere, or the other party itself and no relay.
static int read_description(const char *message, struct sockaddr_in *place, const struct phone *other) {
    const char *host = strstr(message, "\r\nc=IN IP4 "), *port = strstr(message, "\r\nm=audio ");
    char text[INET_ADDRSTRLEN] = {0};
    if (!host || !port || sscanf(host + 11, "%15[0-9.]", text) != 1) return 0;
    *place = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(port + 10))};
    return inet_pton(AF_INET, text, &place->sin_addr) && ntohs(place->sin_port) != other->port;
}

static void add_caller(struct text *text, const struct call *call, const char *method, const char *branch) {
    int slot = call - calls;
    add(text, "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%u%s\r\nMax-Forwards: 70\r\n"
        "From: \"Alice Example\" <sip:+1425556%04d@127.0.0.1:%d;user=phone>;tag=c%u\r\nCall-ID: %d-%u@127.0.0.1\r\nCSeq: %d %s\r\n",
        caller_port, call->serial, branch, slot, caller_port, call->serial, slot, call->serial,
        strcmp(method, "BYE") == 0 ? 2 : 1, method);
}

static void place(struct call *call) {
    int slot = call - calls, number = 100 + placed % 100;
    struct text *text = &call->request;
    call->serial = ++placed;
    call->caller = CALLING;
    call->callee = IDLE;
    call->turn = call->spoken = text->size = 0;
    call->phones[0].sequence = call->phones[1].sequence = 0;
    add(text, "INVITE sip:%04d@127.0.0.1:%d;user=phone SIP/2.0\r\n", number, server_port);
    add_caller(text, call, "INVITE", "i");
    add(text, "To: <sip:%04d@127.0.0.1:%d;user=phone>\r\nContact: <sip:+1425556%04d@127.0.0.1:%d>\r\n"
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\nSupported: timer, replaces\r\n"
        "User-Agent: RTCC/5.0.0.0 MediationServer\r\n"
        "P-Asserted-Identity: \"Alice Example\" <sip:+1425556%04d@127.0.0.1;user=phone>\r\n",
        number, server_port, slot, caller_port, slot);
    add_description(text, call->phones[0].port, "8 0");
    call->request_at = call->request_gap = T1_TURNS;
    transmit(caller_socket, &server, text);
    if (++up > up_max) up_max = up;
}

// A request of the caller in the dialog that an answer made.
static void write_within(struct text *text, const struct call *call, const char *method, const char *answer) {
    const char *contact = field(answer, "Contact"), *start = contact ? strchr(contact, '<') : NULL, *routes[8];
    int count = 0;
    text->size = 0;
    add(text, "%s %.*s SIP/2.0\r\n", method, start ? (int)strcspn(start + 1, ">\r") : 0, start ? start + 1 : "");
    add_caller(text, call, method, *method == 'A' ? "a" : "b");
    add_fields(text, answer, "To", "");
    for (const char *at = answer; count < 8 && (at = field(at, "Record-Route"));) routes[count++] = at + 7;
    while (count--) add(text, "%.*s\r\n", (int)strcspn(routes[count], "\r"), routes[count]);
    add(text, "Content-Length: 0\r\n\r\n");
}

static void end(struct call *call, unsigned *outcome) {
    ++*outcome;
    up--;
    call->caller = FREE;
}

static void refuse(struct call *call, const char *answer) {
    struct text text = {0};
    add(&text, "ACK sip:127.0.0.1:%d SIP/2.0\r\n", server_port);
    add_caller(&text, call, "ACK", "i");
    add_fields(&text, answer, "To", "");
    add(&text, "Content-Length: 0\r\n\r\n");
    transmit(caller_socket, &server, &text);
    if (call->caller == CALLING) end(call, &failed);
}

static void take_answer(struct call *call, const char *answer) {
    struct text text;
    write_within(&text, call, "ACK", answer);
    transmit(caller_socket, &server, &text);
    if (call->caller != CALLING || !read_description(answer, &call->phones[0].relay, &call->phones[1])) return;
    write_within(&call->bye, call, "BYE", answer);
    call->caller = SPEAKING;
}

static struct call *found(const char *at, const char *format) {
    int slot;
    uint32_t serial;
    if (!at || sscanf(at, format, &slot, &serial) != 2 || slot < 0 || slot >= SLOTS) return NULL;
    return calls[slot].caller != FREE && calls[slot].serial == serial ? &calls[slot] : NULL;
}

static void take_response(const char *message) {
    struct call *call = found(field(message, "Call-ID"), "%*[^:]: %d-%u@");
    const char *sequence = field(message, "CSeq");
    int status = atoi(message + 8);
    if (!call || !sequence) return;
    if (strncmp(sequence + 8, "BYE", 3) == 0) {
        if (status >= 200 && call->caller == LEAVING) end(call, status < 300 ? &completed : &failed);
        return;
    }
    call->request_at = UINT32_MAX;
    if (status >= 300) refuse(call, message);
    else if (status >= 200) take_answer(call, message);
}

static void write_response(struct text *text, const char *request, const char *status, const char *tag) {
    text->size = 0;
    add(text, "SIP/2.0 %s\r\n", status);
    add_fields(text, request, "Via", "");
    add_fields(text, request, "Record-Route", "");
    add_fields(text, request, "From", "");
    add_fields(text, request, "To", tag);
    add_fields(text, request, "Call-ID", "");
    add_fields(text, request, "CSeq", "");
}

static void take_invite(int descriptor, int callee, const struct sockaddr_in *from, const char *invite) {
    const char *number = field(invite, "From");
    int slot = number && (number = strstr(number, "+1425556")) ? atoi(number + 8) : -1;
    if (slot < 0 || slot >= SLOTS || calls[slot].caller != CALLING || calls[slot].callee != IDLE) return;
    struct call *call = &calls[slot];
    if (!read_description(invite, &call->phones[1].relay, &call->phones[0])) return;
    struct text ringing;
    char tag[48];
    snprintf(tag, sizeof tag, ";tag=g%d-%u", slot, call->serial);
    write_response(&ringing, invite, "180 Ringing", tag);
    add(&ringing, "Contact: <sip:gateway@127.0.0.%d:%d>\r\nContent-Length: 0\r\n\r\n", callee, callee_port);
    transmit(descriptor, from, &ringing);
    write_response(&call->answer, invite, "200 OK", tag);
    add(&call->answer, "Contact: <sip:gateway@127.0.0.%d:%d>\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n", callee, callee_port);
    add_description(&call->answer, call->phones[1].port, "8");
    call->callee = RINGING;
    call->callee_socket = descriptor;
    call->back = *from;
    call->answer_at = call->turn + RING_TURNS + 1;
    call->answer_gap = T1_TURNS;
}

static void take_request(int descriptor, int callee, const struct sockaddr_in *from, const char *request) {
    if (strncmp(request, "INVITE", 6) == 0) return take_invite(descriptor, callee, from, request);
    if (strncmp(request, "ACK", 3) == 0) {
        const char *to = field(request, "To"), *tag = to ? strstr(to, ";tag=g") : NULL;
        struct call *call = found(tag, ";tag=g%d-%u");
        if (call && call->callee == ANSWERED) call->callee = CONFIRMED;
        return;
    }
    struct text response;
    write_response(&response, request, "200 OK", "");
    add(&response, "Content-Length: 0\r\n\r\n");
    transmit(descriptor, from, &response);
}

static void read_signalling(int descriptor, int callee) {
    char message[8192];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t size;
    while ((size = recvfrom(descriptor, message, sizeof message - 1, MSG_DONTWAIT, (struct sockaddr *)&from, &length)) > 0) {
        message[size] = 0;
        if (strncmp(message, "SIP/2.0 ", 8) == 0) take_response(message);
        else take_request(descriptor, callee, &from, message);
    }
}

static void speak(struct phone *phone, uint32_t name) {
    unsigned char packet[PACKET] = {0x80, 8};
    uint16_t sequence = htons(++phone->sequence);
    uint32_t stamp = htonl(phone->sequence * 160u), source = htonl(name);
    uint64_t time = now();
    memcpy(packet + 2, &sequence, 2);
    memcpy(packet + 4, &stamp, 4);
    memcpy(packet + 8, &source, 4);
    memcpy(packet + 12, &time, 8);
    if (sendto(phone->descriptor, packet, PACKET, 0, (struct sockaddr *)&phone->relay, sizeof phone->relay) == PACKET) sent++;
}

static void listen_to(int index) {
    unsigned char packet[2048];
    struct call *call = &calls[index / 2];
    ssize_t size;
    while ((size = recv(call->phones[index % 2].descriptor, packet, sizeof packet, MSG_DONTWAIT)) > 0) {
        uint32_t source;
        uint64_t time;
        memcpy(&source, packet + 8, 4);
        memcpy(&time, packet + 12, 8);
        if (size != PACKET || ntohl(source) != call->serial * 2 + (index % 2 ^ 1)) {
            misled++;
            continue;
        }
        uint64_t delay = (now() - time) / 1000;
        delays[delay < BUCKETS ? delay : BUCKETS]++;
        received++;
    }
}

static void repeat_caller(struct call *call) {
    if (call->turn < call->request_at) return;
    transmit(caller_socket, &server, &call->request);
    call->request_at = call->turn + (call->request_gap *= 2);
    repeated++;
}

// What a call does every 20 ms.
static void take_turn(struct call *call) {
    call->turn++;
    if (call->callee == RINGING || call->callee == ANSWERED) {
        if (call->turn >= call->answer_at) {
            transmit(call->callee_socket, &call->back, &call->answer);
            repeated += call->callee == ANSWERED;
            call->callee = ANSWERED;
            call->answer_at = call->turn + call->answer_gap;
            call->answer_gap *= 2;
        }
    }
    if (call->turn > speech_turns + PATIENCE_TURNS) return end(call, &failed);
    if (call->caller == CALLING || call->caller == LEAVING) return repeat_caller(call);
    if (call->callee != CONFIRMED) return;
    if (call->spoken < speech_turns) {
        call->spoken++;
        call->spoken_at = now();
        speak(&call->phones[0], call->serial * 2);
        speak(&call->phones[1], call->serial * 2 + 1);
    } else if (now() >= call->spoken_at + silence) {
        call->caller = LEAVING;
        call->request = call->bye;
        call->request_gap = T1_TURNS;
        call->request_at = call->turn + T1_TURNS;
        transmit(caller_socket, &server, &call->request);
    }
}

// The next call goes to the slot that has rested longest: the ports of a call that has just ended meet no new one.
static void place_next(void) {
    static unsigned next;
    for (unsigned i = 0; i < SLOTS; i++) {
        struct call *call = &calls[next++ % SLOTS];
        if (call->caller == FREE) return place(call);
    }
    placed++;
    failed++;
}

static unsigned quantile(double share) {
    uint64_t seen = 0;
    for (unsigned i = 0; i <= BUCKETS; i++)
        if ((seen += delays[i]) >= share * received && seen) return i;
    return BUCKETS;
}

static void watch(int set, int descriptor, uint32_t name) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = name};
    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
}

static void open_phones(int set, int first) {
    int port = first;
    for (int index = 0; index < 2 * SLOTS; index++, port += 2) {
        struct phone *phone = &calls[index / 2].phones[index % 2];
        phone->descriptor = opened("127.0.0.1", &port, SLOTS);
        phone->port = port;
        watch(set, phone->descriptor, index);
    }
}

static void wait_until(int set, const int *callees, uint64_t time) {
    static struct epoll_event events[512];
    for (uint64_t at = now();; at = now()) {
        struct timespec left = {0, at < time ? time - at : 0};
        int ready = epoll_pwait2(set, events, 512, &left, NULL);
        for (int i = 0; i < ready; i++) {
            uint32_t name = events[i].data.u32;
            if (name < SIGNALLING) listen_to(name);
            else if (name == SIGNALLING) read_signalling(caller_socket, 0);
            else read_signalling(callees[name - SIGNALLING - 1], name - SIGNALLING + 1);
        }
        if (now() >= time) return;
    }
}

int main(int argc, char **argv) {
    struct rlimit files = {SLOTS * 3, SLOTS * 3};
    int callees[CALLEES], count = argc == 9 ? atoi(argv[4]) : 0, set = epoll_create1(0);
    if (count < 1 || count > CALLEES) return 2;
    setrlimit(RLIMIT_NOFILE, &files);
    server_port = atoi(argv[1]);
    caller_port = atoi(argv[2]);
    callee_port = atoi(argv[3]);
    server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(server_port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    watch(set, caller_socket = opened("127.0.0.1", &caller_port, 1), SIGNALLING);
    for (int i = 0; i < count; i++) {
        char host[INET_ADDRSTRLEN];
        snprintf(host, sizeof host, "127.0.0.%d", i + 2);
        watch(set, callees[i] = opened(host, &callee_port, 1), SIGNALLING + 1 + i);
    }
    open_phones(set, atoi(argv[5]));
    double gap = 1000 / atof(argv[6]);
    speech_turns = atof(argv[7]) * 1000 / TICKS;
    total = atoi(argv[8]);
    uint64_t start = now();
    for (uint64_t tick = 0, silent = 0; silent < 500; tick++) {
        while (placed < total && tick >= placed * gap) place_next();
        for (int i = tick % TICKS; i < SLOTS; i += TICKS)
            if (calls[i].caller != FREE) take_turn(&calls[i]);
        wait_until(set, callees, start + (tick + 1) * 1000000);
        silent = placed == total && up == 0 ? silent + 1 : 0;
    }
    printf("{\"calls\": %u, \"completed\": %u, \"failed\": %u, \"repeated\": %u, \"up\": %u, \"sent\": %lu, \"received\": %lu, "
           "\"misled\": %lu, \"p50\": %u, \"p99\": %u, \"max\": %u}\n",
           total, completed, failed, repeated, up_max, sent, received, misled, quantile(0.5), quantile(0.99), quantile(1));
}
