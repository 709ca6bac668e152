#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

// Colour profiles, gamma and texts are not used, so their chunks are not even inflated.
static const png_byte ignored_chunks[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";

typedef struct {
    png_structp png;
    png_infop info;
} png_state;

static void on_error(png_structp png, png_const_charp message) {
    kindred_decoder *decoder = png_get_error_ptr(png);
    kindred_fail(&decoder->failure, strstr(message, "emory") ? KINDRED_MEMORY : KINDRED_CORRUPT, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    kindred_decoder *decoder = png_get_io_ptr(png);
    if (count > decoder->count - decoder->position) {
        kindred_fail(&decoder->failure, KINDRED_TRUNCATED, "");
        png_error(png, "truncated");
    }
    memcpy(target, decoder->bytes + decoder->position, count);
    decoder->position += count;
}

static uint32_t output_channels(png_structp png, png_infop info) {
    const int color = png_get_color_type(png, info);
    const uint32_t alpha = (color & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
    return (color & PNG_COLOR_MASK_COLOR ? 3 : 1) + alpha;
}

// Asks libpng for 8 bits a channel, no palette, and transparency as a channel. It allocates rows here.
static void choose_output(png_structp png, png_infop info) {
    const int color = png_get_color_type(png, info);
    if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (color == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    if (png_get_bit_depth(png, info) == 16) {
        // As Pillow: plain grey is scaled, anything else keeps its high byte.
        if (color == PNG_COLOR_TYPE_GRAY) {
            png_set_scale_16(png);
        } else {
            png_set_strip_16(png);
        }
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

int kindred_png_open(kindred_decoder *decoder) {
    png_state *state = calloc(1, sizeof *state);
    decoder->state = state;
    if (state) state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
    if (state && state->png) state->info = png_create_info_struct(state->png);
    if (!state || !state->info) {
        kindred_fail(&decoder->failure, KINDRED_MEMORY, "no memory for a PNG decoder");
        return 0;
    }
    if (setjmp(png_jmpbuf(state->png))) return 0;
    png_set_read_fn(state->png, decoder, read_bytes);
    png_set_user_limits(state->png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_cache_max(state->png, 128);
    png_set_chunk_malloc_max(state->png, 8 << 20);
    png_set_keep_unknown_chunks(
        state->png, PNG_HANDLE_CHUNK_NEVER, ignored_chunks, (int)(sizeof ignored_chunks / 5));
    png_read_info(state->png, state->info);
    decoder->header.width = png_get_image_width(state->png, state->info);
    decoder->header.height = png_get_image_height(state->png, state->info);
    decoder->header.channels = output_channels(state->png, state->info);
    return 1;
}

int kindred_png_read(kindred_decoder *decoder, uint8_t *pixels) {
    png_state *state = decoder->state;
    if (setjmp(png_jmpbuf(state->png))) return 0;
    choose_output(state->png, state->info);
    const size_t stride = (size_t)decoder->header.width * decoder->header.channels;
    if (png_get_rowbytes(state->png, state->info) != stride) png_error(state->png, "unexpected row length");
    const int passes = png_get_interlace_type(state->png, state->info) == PNG_INTERLACE_NONE ? 1 : 7;
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < decoder->header.height; y++) {
            png_read_row(state->png, pixels + y * stride, NULL);
        }
    }
    png_read_end(state->png, NULL);
    return 1;
}

void kindred_png_close(kindred_decoder *decoder) {
    png_state *state = decoder->state;
    if (!state) return;
    if (state->png) png_destroy_read_struct(&state->png, &state->info, NULL);
    free(state);
}
