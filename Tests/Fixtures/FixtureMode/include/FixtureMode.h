#ifndef FIXTURE_MODE_H
#define FIXTURE_MODE_H
#include <stdbool.h>
/// Whether the file's section fixture.mode holds this word. A test writes the word into a copy of the built file.
bool fixture_mode_is(const char *word);
/// Whether that word begins so.
bool fixture_mode_begins(const char *word);
/// The number that the word ends with; 0 where there is none.
unsigned fixture_mode_number(void);
/// Misbehaves towards the daemon as the word says, in a hook of a plugin's own process; does nothing for other words.
void fixture_attack(void);
/// The same, before the process has made its instances.
void fixture_attack_at_start(void);
#endif
