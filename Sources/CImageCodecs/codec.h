#pragma once

#include "CImageCodecs.h"

// The state of one decoding, handed by the common functions to those of the format.
struct kindred_decoder {
    kindred_format format;
    const uint8_t *bytes;
    size_t count;
    size_t position;  // how far a library that reads through a callback has come
    uint32_t maximum_scans;
    kindred_header header;
    kindred_failure failure;
    void *state;  // the format's own
};

// Notes what went wrong, unless something was noted before: the first cause is the true one.
void kindred_fail(kindred_failure *failure, kindred_status status, const char *message);

// Each answers whether it succeeded; if not, `decoder->failure` says why. `close` accepts any state.
int kindred_png_open(kindred_decoder *decoder);
int kindred_png_read(kindred_decoder *decoder, uint8_t *pixels);
void kindred_png_close(kindred_decoder *decoder);

int kindred_jpeg_open(kindred_decoder *decoder);
int kindred_jpeg_read(kindred_decoder *decoder, uint8_t *pixels);
void kindred_jpeg_close(kindred_decoder *decoder);

int kindred_webp_open(kindred_decoder *decoder);
int kindred_webp_read(kindred_decoder *decoder, uint8_t *pixels);
void kindred_webp_close(kindred_decoder *decoder);

int kindred_gif_open(kindred_decoder *decoder);
int kindred_gif_read(kindred_decoder *decoder, uint8_t *pixels);
void kindred_gif_close(kindred_decoder *decoder);
