#pragma once

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "codec.h"

// libjpeg's error handler, extended by the way out and the place for the message.
typedef struct {
    struct jpeg_error_mgr base;  // first, so that libjpeg's pointer to it is a pointer to this
    jmp_buf exit;
    kindred_failure *failure;
} jpeg_errors;

// Makes `errors` note failures in `failure`, print nothing and jump to `errors->exit`.
void kindred_jpeg_prepare_errors(jpeg_errors *errors, kindred_failure *failure);
