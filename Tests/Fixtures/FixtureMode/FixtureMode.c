#include "FixtureMode.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((section("fixture.mode"), used)) static const volatile char mode[32] = "good";

bool fixture_mode_is(const char *word) {
    char text[sizeof mode];
    for (size_t index = 0; index < sizeof mode; index++) text[index] = mode[index];
    return strncmp(text, word, sizeof text) == 0;
}

__attribute__((constructor)) static void on_load(void) {
    if (fixture_mode_is("crash-on-load")) abort();
    while (fixture_mode_is("hang-on-load")) pause();
}
