#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

typedef struct {
    GifFileType *gif;
    int transparent;  // the colour index that is transparent in the first frame, or −1
} gif_state;

static int read_bytes(GifFileType *gif, GifByteType *target, int count) {
    kindred_decoder *decoder = gif->UserData;
    const size_t left = decoder->count - decoder->position;
    if (count < 0 || (size_t)count > left) {
        kindred_fail(&decoder->failure, KINDRED_TRUNCATED, "");
        return 0;
    }
    memcpy(target, decoder->bytes + decoder->position, (size_t)count);
    decoder->position += (size_t)count;
    return count;
}

static int fail_with(kindred_decoder *decoder, int code) {
    const char *message = GifErrorString(code);
    kindred_status status = KINDRED_CORRUPT;
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM) status = KINDRED_MEMORY;
    if (code == D_GIF_ERR_EOF_TOO_SOON) status = KINDRED_TRUNCATED;
    kindred_fail(&decoder->failure, status, message ? message : "");
    return 0;
}

// Reads an extension; of interest is only which index is transparent.
static int read_extension(gif_state *state) {
    int code = 0;
    GifByteType *block = NULL;
    if (DGifGetExtension(state->gif, &code, &block) != GIF_OK) return 0;
    if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4) {
        state->transparent = block[1] & 1 ? block[4] : -1;
    }
    while (block) {
        if (DGifGetExtensionNext(state->gif, &block) != GIF_OK) return 0;
    }
    return 1;
}

static uint32_t larger(int a, int b) { return (uint32_t)(a > b ? a : b); }

int kindred_gif_open(kindred_decoder *decoder) {
    gif_state *state = calloc(1, sizeof *state);
    decoder->state = state;
    if (!state) return fail_with(decoder, D_GIF_ERR_NOT_ENOUGH_MEM);
    state->transparent = -1;
    int code = 0;
    state->gif = DGifOpen(decoder, read_bytes, &code);
    if (!state->gif) return fail_with(decoder, code);

    GifRecordType record = UNDEFINED_RECORD_TYPE;
    while (record != IMAGE_DESC_RECORD_TYPE) {
        if (DGifGetRecordType(state->gif, &record) != GIF_OK) return fail_with(decoder, state->gif->Error);
        if (record == EXTENSION_RECORD_TYPE && !read_extension(state)) return fail_with(decoder, state->gif->Error);
        if (record == TERMINATE_RECORD_TYPE) {
            kindred_fail(&decoder->failure, KINDRED_CORRUPT, "the GIF file holds no picture");
            return 0;
        }
    }
    if (DGifGetImageDesc(state->gif) != GIF_OK) return fail_with(decoder, state->gif->Error);
    // A frame that reaches beyond the screen enlarges it, as in Pillow.
    const GifImageDesc *frame = &state->gif->Image;
    decoder->header.width = larger(state->gif->SWidth, frame->Left + frame->Width);
    decoder->header.height = larger(state->gif->SHeight, frame->Top + frame->Height);
    decoder->header.channels = state->transparent >= 0 ? 4 : 3;
    if (frame->Width <= 0 || frame->Height <= 0) return fail_with(decoder, D_GIF_ERR_IMAGE_DEFECT);
    return 1;
}

// The colours of all 256 indices; without a palette, and beyond its end, an index is its own grey.
static void fill_palette(const gif_state *state, uint8_t palette[256][4]) {
    const ColorMapObject *map =
        state->gif->Image.ColorMap ? state->gif->Image.ColorMap : state->gif->SColorMap;
    for (int i = 0; i < 256; i++) {
        const int known = map && i < map->ColorCount;
        palette[i][0] = known ? map->Colors[i].Red : (uint8_t)i;
        palette[i][1] = known ? map->Colors[i].Green : (uint8_t)i;
        palette[i][2] = known ? map->Colors[i].Blue : (uint8_t)i;
        palette[i][3] = i == state->transparent ? 0 : 255;
    }
}

int kindred_gif_read(kindred_decoder *decoder, uint8_t *pixels) {
    const gif_state *state = decoder->state;
    const GifImageDesc frame = state->gif->Image;
    const size_t channels = decoder->header.channels;
    const size_t stride = decoder->header.width * channels;
    uint8_t palette[256][4];
    fill_palette(state, palette);

    // Around the frame lies the transparent index, or 0.
    const uint8_t *around = palette[state->transparent >= 0 ? state->transparent : 0];
    for (size_t i = 0; i < decoder->header.height * stride; i += channels) memcpy(pixels + i, around, channels);

    GifPixelType *line = malloc((size_t)frame.Width);
    if (!line) return fail_with(decoder, D_GIF_ERR_NOT_ENOUGH_MEM);
    static const int starts[] = {0, 4, 2, 1, 0}, steps[] = {8, 8, 4, 2, 1};
    const int first = frame.Interlace ? 0 : 4, last = frame.Interlace ? 4 : 5;
    for (int pass = first; pass < last; pass++) {
        for (int y = starts[pass]; y < frame.Height; y += steps[pass]) {
            if (DGifGetLine(state->gif, line, frame.Width) != GIF_OK) {
                free(line);
                return fail_with(decoder, state->gif->Error);
            }
            uint8_t *row = pixels + (size_t)(frame.Top + y) * stride + (size_t)frame.Left * channels;
            for (int x = 0; x < frame.Width; x++) memcpy(row + (size_t)x * channels, palette[line[x]], channels);
        }
    }
    free(line);
    return 1;
}

void kindred_gif_close(kindred_decoder *decoder) {
    gif_state *state = decoder->state;
    if (!state) return;
    if (state->gif) DGifCloseFile(state->gif, NULL);
    free(state);
}
