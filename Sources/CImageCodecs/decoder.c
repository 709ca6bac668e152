#include "codec.h"

#include <stdlib.h>

typedef struct {
    int (*open)(kindred_decoder *);
    int (*read)(kindred_decoder *, uint8_t *);
    void (*close)(kindred_decoder *);
} codec;

static const codec codecs[] = {
    [KINDRED_PNG] = {kindred_png_open, kindred_png_read, kindred_png_close},
    [KINDRED_JPEG] = {kindred_jpeg_open, kindred_jpeg_read, kindred_jpeg_close},
    [KINDRED_WEBP] = {kindred_webp_open, kindred_webp_read, kindred_webp_close},
    [KINDRED_GIF] = {kindred_gif_open, kindred_gif_read, kindred_gif_close},
};

void kindred_fail(kindred_failure *failure, kindred_status status, const char *message) {
    if (failure->status != KINDRED_OK) return;
    failure->status = status;
    // Messages may quote bytes of the file: keep what is printable.
    size_t i = 0;
    for (; message && message[i] && i + 1 < sizeof failure->message; i++) {
        failure->message[i] = message[i] >= ' ' && message[i] <= '~' ? message[i] : '?';
    }
    failure->message[i] = 0;
}

kindred_decoder *kindred_decoder_open(
    kindred_format format, const uint8_t *bytes, size_t count, uint32_t maximum_scans, kindred_header *header,
    kindred_failure *failure) {
    kindred_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        *failure = (kindred_failure){0};
        kindred_fail(failure, KINDRED_MEMORY, "no memory for a decoder");
        return NULL;
    }
    decoder->format = format;
    decoder->bytes = bytes;
    decoder->count = count;
    decoder->maximum_scans = maximum_scans;
    if (codecs[format].open(decoder)) {
        *header = decoder->header;
        return decoder;
    }
    kindred_fail(&decoder->failure, KINDRED_CORRUPT, "");
    *failure = decoder->failure;
    kindred_decoder_close(decoder);
    return NULL;
}

kindred_status kindred_decoder_read(kindred_decoder *decoder, uint8_t *pixels, kindred_failure *failure) {
    if (codecs[decoder->format].read(decoder, pixels)) return KINDRED_OK;
    kindred_fail(&decoder->failure, KINDRED_CORRUPT, "");
    *failure = decoder->failure;
    return failure->status;
}

void kindred_decoder_close(kindred_decoder *decoder) {
    codecs[decoder->format].close(decoder);
    free(decoder);
}

void kindred_release(uint8_t *bytes) { free(bytes); }
