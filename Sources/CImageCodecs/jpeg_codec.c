#include <stdlib.h>

#include <jerror.h>

#include "jpeg_error.h"

typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jpeg_errors errors;
    kindred_decoder *decoder;
    int created;
} jpeg_state;

static void begin_source(j_decompress_ptr jpeg) { (void)jpeg; }

// All bytes were given at the start: being asked for more means that the file was cut.
static boolean need_more(j_decompress_ptr jpeg) {
    ERREXIT(jpeg, JERR_INPUT_EOF);
    return FALSE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) ERREXIT(jpeg, JERR_INPUT_EOF);
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
}

// A small file can hold thousands of scans, each of which costs a pass over the whole picture.
static void limit_scans(j_common_ptr common) {
    j_decompress_ptr jpeg = (j_decompress_ptr)common;
    jpeg_state *state = jpeg->client_data;
    if (jpeg->input_scan_number <= (int)state->decoder->maximum_scans) return;
    kindred_fail(&state->decoder->failure, KINDRED_LIMIT, "too many scans");
    longjmp(state->errors.exit, 1);
}

int kindred_jpeg_open(kindred_decoder *decoder) {
    jpeg_state *state = calloc(1, sizeof *state);
    decoder->state = state;
    if (!state) {
        kindred_fail(&decoder->failure, KINDRED_MEMORY, "no memory for a JPEG decoder");
        return 0;
    }
    struct jpeg_decompress_struct *jpeg = &state->jpeg;
    state->decoder = decoder;
    kindred_jpeg_prepare_errors(&state->errors, &decoder->failure);
    jpeg->err = &state->errors.base;
    if (setjmp(state->errors.exit)) return 0;
    jpeg_create_decompress(jpeg);
    state->created = 1;
    jpeg->client_data = state;
    state->source = (struct jpeg_source_mgr){
        .next_input_byte = decoder->bytes,
        .bytes_in_buffer = decoder->count,
        .init_source = begin_source,
        .fill_input_buffer = need_more,
        .skip_input_data = skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = begin_source,
    };
    jpeg->src = &state->source;
    state->progress.progress_monitor = limit_scans;
    jpeg->progress = &state->progress;
    jpeg_read_header(jpeg, TRUE);
    switch (jpeg->jpeg_color_space) {
        case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; break;
        case JCS_RGB:
        case JCS_YCbCr: jpeg->out_color_space = JCS_RGB; break;
        case JCS_CMYK:
        case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; break;
        default:
            kindred_fail(&decoder->failure, KINDRED_UNSUPPORTED, "an unknown kind of colours");
            return 0;
    }
    decoder->header.width = jpeg->image_width;
    decoder->header.height = jpeg->image_height;
    decoder->header.channels = jpeg->out_color_space == JCS_GRAYSCALE ? 1 : 3;
    return 1;
}

static uint32_t divided_by_255(uint32_t value) {
    value += 128;
    return (value + (value >> 8)) >> 8;
}

// Inverted ink, as Adobe writes it, to RGB by Pillow's plain formula: light = (1 − black) · (1 − ink).
static void convert_cmyk_row(const uint8_t *cmyk, uint8_t *rgb, uint32_t width) {
    for (uint32_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
        const uint32_t light = cmyk[3];
        for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(light - divided_by_255((255u - cmyk[c]) * light));
    }
}

int kindred_jpeg_read(kindred_decoder *decoder, uint8_t *pixels) {
    jpeg_state *state = decoder->state;
    struct jpeg_decompress_struct *jpeg = &state->jpeg;
    if (setjmp(state->errors.exit)) return 0;
    jpeg_start_decompress(jpeg);
    const size_t stride = (size_t)decoder->header.width * decoder->header.channels;
    JSAMPARRAY row = NULL;
    if (jpeg->out_color_space == JCS_CMYK) {
        // Belongs to libjpeg's pool and is released with it.
        row = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1);
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW target = pixels + jpeg->output_scanline * stride;
        if (jpeg_read_scanlines(jpeg, row ? row : &target, 1) != 1) ERREXIT(jpeg, JERR_INPUT_EOF);
        if (row) convert_cmyk_row(row[0], target, decoder->header.width);
    }
    return 1;
}

void kindred_jpeg_close(kindred_decoder *decoder) {
    jpeg_state *state = decoder->state;
    if (!state) return;
    if (state->created) jpeg_destroy_decompress(&state->jpeg);
    free(state);
}
