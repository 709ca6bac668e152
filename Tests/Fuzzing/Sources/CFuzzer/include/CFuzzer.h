#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer's own loop. It calls `one` with input after input until its options say stop.
int LLVMFuzzerRunDriver(int *argument_count, char ***arguments, int (*one)(const uint8_t *bytes, size_t count));
