#include "FixtureMode.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((section("fixture.mode"), used)) static const volatile char mode[32] = "good";

static bool mode_is(const char *word, size_t length) {
    char text[sizeof mode];
    for (size_t index = 0; index < sizeof mode; index++) text[index] = mode[index];
    return strncmp(text, word, length) == 0;
}

bool fixture_mode_is(const char *word) { return mode_is(word, sizeof mode); }
unsigned fixture_mode_number(void) {
    unsigned number = 0;
    for (size_t index = 0; index < sizeof mode && mode[index]; index++) {
        if (mode[index] >= '0' && mode[index] <= '9') number = number * 10 + (unsigned)(mode[index] - '0');
    }
    return number;
}

bool fixture_mode_begins(const char *word) { return mode_is(word, strlen(word)); }

__attribute__((constructor)) static void on_load(void) {
    if (fixture_mode_is("crash-on-load")) abort();
    while (fixture_mode_is("hang-on-load")) pause();
}
