#include <stdlib.h>

#include <jerror.h>

#include "jpeg_error.h"

// A buffer that grows. libjpeg's own (`jpeg_mem_dest`) cannot be released safely after an error.
typedef struct {
    struct jpeg_destination_mgr base;  // first, so that libjpeg's pointer to it is a pointer to this
    uint8_t *bytes;
    size_t capacity;
} jpeg_buffer;

static boolean grow(j_compress_ptr jpeg) {
    jpeg_buffer *buffer = (jpeg_buffer *)jpeg->dest;
    const size_t used = buffer->capacity;
    const size_t capacity = used ? used * 2 : 16384;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (!bytes) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    buffer->base.next_output_byte = bytes + used;
    buffer->base.free_in_buffer = capacity - used;
    return TRUE;
}

static void begin(j_compress_ptr jpeg) { grow(jpeg); }

static void end(j_compress_ptr jpeg) { (void)jpeg; }

static void write_all(
    struct jpeg_compress_struct *jpeg, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
    int quality) {
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = (int)channels;
    jpeg->in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);  // 4:2:0
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->optimize_coding = TRUE;
    jpeg_start_compress(jpeg, TRUE);
    const size_t stride = (size_t)width * channels;
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = (JSAMPROW)(pixels + jpeg->next_scanline * stride);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

kindred_status kindred_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality, uint8_t **bytes,
    size_t *count, kindred_failure *failure) {
    struct jpeg_compress_struct jpeg = {0};
    jpeg_errors errors;
    jpeg_buffer buffer = {
        .base = {.init_destination = begin, .empty_output_buffer = grow, .term_destination = end}};
    *failure = (kindred_failure){0};
    kindred_jpeg_prepare_errors(&errors, failure);
    jpeg.err = &errors.base;
    if (!setjmp(errors.exit)) {
        jpeg_create_compress(&jpeg);
        jpeg.dest = &buffer.base;
        write_all(&jpeg, pixels, width, height, channels, quality);
    }
    // Both are reached through pointers only, so they are in memory whichever way led here.
    const jpeg_buffer *written = (const jpeg_buffer *)jpeg.dest;
    *bytes = failure->status == KINDRED_OK ? written->bytes : NULL;
    *count = failure->status == KINDRED_OK ? written->capacity - written->base.free_in_buffer : 0;
    if (failure->status != KINDRED_OK && written) free(written->bytes);
    jpeg_destroy_compress(&jpeg);
    return failure->status;
}
