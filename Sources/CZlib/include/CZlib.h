#pragma once

#include <stddef.h>
#include <stdint.h>

// zlib's raw deflate streams, as they stand in zip archives, in memory and in one step.

typedef enum {
    KINDRED_ZLIB_OK = 0,
    KINDRED_ZLIB_DAMAGED,  // the stream breaks the format's rules or ends too early
    KINDRED_ZLIB_LENGTH,   // it does not give exactly as many bytes as expected, or bytes follow it
    KINDRED_ZLIB_MEMORY,   // the system has no memory left
} kindred_zlib_status;

typedef struct {
    const void *bytes;
    size_t count;
} kindred_zlib_part;

// Inflates `source`, which must be one whole stream that gives exactly `target_count` bytes.
kindred_zlib_status kindred_inflate(const void *source, size_t source_count, void *target, size_t target_count);

// The most bytes that `kindred_deflate` gives for `count` bytes.
size_t kindred_deflate_bound(size_t count);

// Deflates the parts as one stream at zlib's default level. `target_count` is the room at `target` before, the bytes there after.
kindred_zlib_status kindred_deflate(
    const kindred_zlib_part *parts, size_t part_count, void *target, size_t *target_count);

// The CRC-32 of bytes whose part before `bytes` has the checksum `before`; 0 at the start.
uint32_t kindred_crc32(uint32_t before, const void *bytes, size_t count);
