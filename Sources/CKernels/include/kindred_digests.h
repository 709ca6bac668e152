#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Whether the level in use mixes blocks of SHA-256 with instructions made for it.
int kindred_sha256_available(void);
// Mixes `count` blocks of 64 bytes into the eight words of `state`. Only where it is available.
void kindred_sha256_blocks(uint32_t *state, const uint8_t *blocks, size_t count);

#ifdef __cplusplus
}
#endif
