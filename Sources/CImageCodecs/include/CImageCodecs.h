#pragma once

#include <stddef.h>
#include <stdint.h>

// Decoding of untrusted picture files in memory, in two steps: `open` reads the header and says how many pixels
// there will be, the caller decides whether that is too many and allocates, `read` fills the pixels.
//
// No function here ends the process, prints, or keeps memory after `close`. The libraries' own error handling
// (setjmp) begins and ends inside each function.

typedef enum {
    KINDRED_OK = 0,
    KINDRED_TRUNCATED,    // the data end before the picture does
    KINDRED_CORRUPT,      // the data break their format's rules
    KINDRED_UNSUPPORTED,  // a legal variant of the format that is not read
    KINDRED_LIMIT,        // a limit other than the number of pixels was passed
    KINDRED_MEMORY,       // the system has no memory left
} kindred_status;

typedef enum {
    KINDRED_PNG,
    KINDRED_JPEG,
    KINDRED_WEBP,
    KINDRED_GIF,
} kindred_format;

typedef struct {
    uint32_t width;
    uint32_t height;
    // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; 8 bits each, alpha not multiplied in.
    uint32_t channels;
} kindred_header;

typedef struct {
    kindred_status status;
    char message[200];  // the library's own words, in ASCII, or empty
} kindred_failure;

typedef struct kindred_decoder kindred_decoder;

// Opens the picture in `bytes`, which must stay valid until `close`, and fills `header`.
// Answers NULL and fills `failure` when there is none.
kindred_decoder *kindred_decoder_open(
    kindred_format format, const uint8_t *bytes, size_t count, uint32_t maximum_scans, kindred_header *header,
    kindred_failure *failure);

// Fills `pixels`, of `width * height * channels` bytes, row by row without gaps. May be called once.
kindred_status kindred_decoder_read(kindred_decoder *decoder, uint8_t *pixels, kindred_failure *failure);

void kindred_decoder_close(kindred_decoder *decoder);

// Encodes a picture of 1 (grey) or 3 (RGB) channels as JPEG, colour at half resolution (4:2:0).
// On success `*bytes` is to be released with `kindred_release`.
kindred_status kindred_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality, uint8_t **bytes,
    size_t *count, kindred_failure *failure);

// Encodes a picture of 1 to 4 channels as PNG. On success `*bytes` is to be released with `kindred_release`.
kindred_status kindred_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, uint8_t **bytes, size_t *count,
    kindred_failure *failure);

void kindred_release(uint8_t *bytes);

// Which original pixels, with which weights in units of 2⁻²², make each of `outputs` pixels along a side.
typedef struct {
    uint32_t outputs;
    uint32_t width;         // weights set aside for each output, a multiple of 4; those not used are 0
    const int32_t *firsts;  // the first original pixel of each
    const int32_t *counts;  // and how many there are
    const int32_t *values;  // [outputs × width]
    const int16_t *halves;  // [outputs × width / 4 × 8]: of each four weights w & 2047, then w >> 11
} kindred_weights;

// The highest level that this processor has: 0 portable, 1 AVX2, 2 AVX-512 with VNNI. Results are the same at every level.
int kindred_resample_best_level(void);

// Resamples rows of pixels of 1 to 4 channels, which begin `source_stride` bytes apart, to rows `target_stride` bytes apart.
// From `source` on, `available` bytes may be read.
void kindred_resample_rows(
    const uint8_t *source, size_t source_stride, size_t available, size_t rows, uint8_t *target, size_t target_stride,
    uint32_t channels, const kindred_weights *weights, int level);

// Makes one row of `stride` bytes from the `count` rows that begin at `source`.
void kindred_resample_columns(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target, int level);
