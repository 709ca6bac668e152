#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "codec.h"

typedef struct {
    WebPDemuxer *demuxer;
    WebPIterator frame;  // the first one
    int has_frame;
} webp_state;

static int fail_with(kindred_decoder *decoder, VP8StatusCode code) {
    switch (code) {
        case VP8_STATUS_OUT_OF_MEMORY: kindred_fail(&decoder->failure, KINDRED_MEMORY, "no memory left"); break;
        case VP8_STATUS_NOT_ENOUGH_DATA:
        case VP8_STATUS_SUSPENDED: kindred_fail(&decoder->failure, KINDRED_TRUNCATED, ""); break;
        case VP8_STATUS_UNSUPPORTED_FEATURE:
            kindred_fail(&decoder->failure, KINDRED_UNSUPPORTED, "an unsupported WebP feature");
            break;
        default: kindred_fail(&decoder->failure, KINDRED_CORRUPT, "the WebP bitstream is damaged"); break;
    }
    return 0;
}

int kindred_webp_open(kindred_decoder *decoder) {
    webp_state *state = calloc(1, sizeof *state);
    decoder->state = state;
    if (!state) return fail_with(decoder, VP8_STATUS_OUT_OF_MEMORY);
    const WebPData data = {decoder->bytes, decoder->count};
    WebPDemuxState progress = WEBP_DEMUX_PARSING_HEADER;
    state->demuxer = WebPDemuxPartial(&data, &progress);
    if (progress == WEBP_DEMUX_PARSE_ERROR) return fail_with(decoder, VP8_STATUS_BITSTREAM_ERROR);
    if (!state->demuxer || progress != WEBP_DEMUX_DONE) return fail_with(decoder, VP8_STATUS_NOT_ENOUGH_DATA);
    state->has_frame = WebPDemuxGetFrame(state->demuxer, 1, &state->frame);
    if (!state->has_frame) return fail_with(decoder, VP8_STATUS_BITSTREAM_ERROR);

    const WebPIterator *frame = &state->frame;
    decoder->header.width = WebPDemuxGetI(state->demuxer, WEBP_FF_CANVAS_WIDTH);
    decoder->header.height = WebPDemuxGetI(state->demuxer, WEBP_FF_CANVAS_HEIGHT);
    WebPBitstreamFeatures features;
    const VP8StatusCode code = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &features);
    if (code != VP8_STATUS_OK) return fail_with(decoder, code);
    // The demuxer has compared these, but the memory below depends on it.
    if (features.width != frame->width || features.height != frame->height || frame->x_offset < 0 ||
        frame->y_offset < 0 ||
        (uint64_t)frame->x_offset + (uint64_t)frame->width > decoder->header.width ||
        (uint64_t)frame->y_offset + (uint64_t)frame->height > decoder->header.height) {
        return fail_with(decoder, VP8_STATUS_BITSTREAM_ERROR);
    }
    const int covers = (uint32_t)frame->width == decoder->header.width &&
                       (uint32_t)frame->height == decoder->header.height;
    decoder->header.channels = covers && !features.has_alpha ? 3 : 4;
    return 1;
}

int kindred_webp_read(kindred_decoder *decoder, uint8_t *pixels) {
    const webp_state *state = decoder->state;
    const WebPIterator *frame = &state->frame;
    const size_t channels = decoder->header.channels;
    const size_t stride = decoder->header.width * channels;
    const size_t size = decoder->header.height * stride;
    if (channels == 4) memset(pixels, 0, size);

    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return fail_with(decoder, VP8_STATUS_UNSUPPORTED_FEATURE);
    const size_t offset = (size_t)frame->y_offset * stride + (size_t)frame->x_offset * channels;
    config.output.colorspace = channels == 3 ? MODE_RGB : MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels + offset;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = size - offset;
    const VP8StatusCode code = WebPDecode(frame->fragment.bytes, frame->fragment.size, &config);
    WebPFreeDecBuffer(&config.output);
    return code == VP8_STATUS_OK ? 1 : fail_with(decoder, code);
}

void kindred_webp_close(kindred_decoder *decoder) {
    webp_state *state = decoder->state;
    if (!state) return;
    if (state->has_frame) WebPDemuxReleaseIterator(&state->frame);
    WebPDemuxDelete(state->demuxer);
    free(state);
}
