#include <stdlib.h>

#include "jpeg_error.h"

kindred_status kindred_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality, uint8_t **bytes,
    size_t *count, kindred_failure *failure) {
    struct jpeg_compress_struct jpeg = {0};
    jpeg_errors errors;
    *failure = (kindred_failure){0};
    *bytes = NULL;
    *count = 0;
    // Changed between setjmp and longjmp, hence volatile: libjpeg's own buffer and its length.
    unsigned char *volatile buffer = NULL;
    unsigned long length = 0;
    kindred_jpeg_prepare_errors(&errors, failure);
    jpeg.err = &errors.base;
    if (setjmp(errors.exit)) {
        jpeg_destroy_compress(&jpeg);
        free(buffer);
        return failure->status;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, (unsigned char **)&buffer, &length);
    jpeg.image_width = width;
    jpeg.image_height = height;
    jpeg.input_components = (int)channels;
    jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);  // 4:2:0
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg_start_compress(&jpeg, TRUE);
    const size_t stride = (size_t)width * channels;
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = (JSAMPROW)(pixels + jpeg.next_scanline * stride);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    *bytes = buffer;
    *count = length;
    return KINDRED_OK;
}
