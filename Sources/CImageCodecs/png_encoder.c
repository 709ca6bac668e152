#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

// A buffer that grows, and what went wrong.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
    kindred_failure *failure;
} png_buffer;

static void on_error(png_structp png, png_const_charp message) {
    png_buffer *buffer = png_get_error_ptr(png);
    kindred_fail(buffer->failure, strstr(message, "emory") ? KINDRED_MEMORY : KINDRED_CORRUPT, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
    png_buffer *buffer = png_get_io_ptr(png);
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity : 16384;
        while (capacity - buffer->count < count) capacity *= 2;
        uint8_t *bytes = realloc(buffer->bytes, capacity);
        if (!bytes) png_error(png, "out of memory");
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, source, count);
    buffer->count += count;
}

static void flush(png_structp png) { (void)png; }

static void write_all(
    png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels) {
    static const int colors[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_IHDR(
        png, info, width, height, 8, colors[channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * channels);
    png_write_end(png, NULL);
}

kindred_status kindred_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, uint8_t **bytes, size_t *count,
    kindred_failure *failure) {
    *failure = (kindred_failure){0};
    png_buffer buffer = {.failure = failure};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &buffer, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        kindred_fail(failure, KINDRED_MEMORY, "no memory for a PNG encoder");
    } else if (!setjmp(png_jmpbuf(png))) {
        png_set_write_fn(png, &buffer, write_bytes, flush);
        write_all(png, info, pixels, width, height, channels);
    }
    if (png) png_destroy_write_struct(&png, &info);
    if (failure->status != KINDRED_OK) {
        free(buffer.bytes);
        buffer = (png_buffer){0};
    }
    *bytes = buffer.bytes;
    *count = buffer.count;
    return failure->status;
}
