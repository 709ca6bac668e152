#include "jpeg_error.h"

#include <jerror.h>

static void on_error(j_common_ptr jpeg) {
    jpeg_errors *errors = (jpeg_errors *)jpeg->err;
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    kindred_status status = KINDRED_CORRUPT;
    switch (jpeg->err->msg_code) {
        case JERR_OUT_OF_MEMORY: status = KINDRED_MEMORY; break;
        case JERR_INPUT_EOF:
        case JERR_INPUT_EMPTY: status = KINDRED_TRUNCATED; break;
        case JERR_BAD_PRECISION:
        case JERR_SOF_UNSUPPORTED:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
        case JERR_CCIR601_NOTIMPL:
        case JERR_ARITH_NOTIMPL: status = KINDRED_UNSUPPORTED; break;
        default: break;
    }
    kindred_fail(errors->failure, status, message);
    longjmp(errors->exit, 1);
}

// libjpeg calls it a warning when it has to invent pixels; here it is an error.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
        case JWRN_HIT_MARKER:
        case JWRN_HUFF_BAD_CODE:
        case JWRN_ARITH_BAD_CODE:
        case JWRN_MUST_RESYNC:
        case JWRN_JPEG_EOF: on_error(jpeg); break;
        default: break;
    }
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

void kindred_jpeg_prepare_errors(jpeg_errors *errors, kindred_failure *failure) {
    jpeg_std_error(&errors->base);
    errors->base.error_exit = on_error;
    errors->base.emit_message = on_message;
    errors->base.output_message = print_nothing;
    errors->failure = failure;
}
