#include "CZlib.h"

#include <string.h>
#include <zlib.h>

// zlib counts in `unsigned int`, so that long buffers are handed over in pieces.
static uInt next_piece(size_t rest) { return rest > (1u << 30) ? 1u << 30 : (uInt)rest; }

kindred_zlib_status kindred_inflate(const void *source, size_t source_count, void *target, size_t target_count) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return KINDRED_ZLIB_MEMORY;
    // zlib wants room even where nothing is to come.
    uint8_t none;
    stream.next_in = (Bytef *)(uintptr_t)source;
    stream.next_out = target_count > 0 ? target : &none;
    size_t source_rest = source_count, target_rest = target_count;
    int result = Z_OK;
    while (result == Z_OK) {
        const uInt in = next_piece(source_rest), out = next_piece(target_rest);
        stream.avail_in = in;
        stream.avail_out = out;
        result = inflate(&stream, Z_NO_FLUSH);
        source_rest -= in - stream.avail_in;
        target_rest -= out - stream.avail_out;
        // Neither read nor written: it waits for what will not come. (zlib says so itself, as Z_BUF_ERROR.)
        if (result == Z_OK && stream.avail_in == in && stream.avail_out == out) result = Z_BUF_ERROR;
    }
    inflateEnd(&stream);
    if (result == Z_MEM_ERROR) return KINDRED_ZLIB_MEMORY;
    if (result == Z_BUF_ERROR && target_rest == 0 && source_rest > 0) return KINDRED_ZLIB_LENGTH;
    if (result != Z_STREAM_END) return KINDRED_ZLIB_DAMAGED;
    return source_rest == 0 && target_rest == 0 ? KINDRED_ZLIB_OK : KINDRED_ZLIB_LENGTH;
}

size_t kindred_deflate_bound(size_t count) {
    // What zlib documents for any stream: five bytes for each block of 16 KiB, and a little more; with room to spare.
    return count + count / 1000 + 64;
}

kindred_zlib_status kindred_deflate(
    const kindred_zlib_part *parts, size_t part_count, void *target, size_t *target_count) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return KINDRED_ZLIB_MEMORY;
    }
    stream.next_out = target;
    size_t target_rest = *target_count;
    int result = Z_OK;
    for (size_t part = 0; part <= part_count && result == Z_OK; part++) {
        // After the last part comes an empty one, which ends the stream.
        const int is_end = part == part_count;
        stream.next_in = is_end ? NULL : (Bytef *)(uintptr_t)parts[part].bytes;
        size_t rest = is_end ? 0 : parts[part].count;
        do {
            const uInt in = next_piece(rest), out = next_piece(target_rest);
            stream.avail_in = in;
            stream.avail_out = out;
            result = deflate(&stream, is_end ? Z_FINISH : Z_NO_FLUSH);
            rest -= in - stream.avail_in;
            target_rest -= out - stream.avail_out;
            if (result == Z_BUF_ERROR && !is_end && rest == 0) result = Z_OK;
        } while (result == Z_OK && (rest > 0 || (is_end && target_rest > 0)));
    }
    deflateEnd(&stream);
    if (result != Z_STREAM_END) return KINDRED_ZLIB_LENGTH;
    *target_count -= target_rest;
    return KINDRED_ZLIB_OK;
}

uint32_t kindred_crc32(uint32_t before, const void *bytes, size_t count) {
    return count == 0 ? before : (uint32_t)crc32_z(before, bytes, count);
}
