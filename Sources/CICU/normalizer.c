#include "CICU.h"

#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

// UTF-16 text that grows: the first characters lie on the stack, since most texts here are single words.
typedef struct {
    UChar *characters;
    int32_t length, capacity;
    UChar local[256];
} utf16;

static void utf16_open(utf16 *text) {
    text->characters = text->local;
    text->length = 0;
    text->capacity = sizeof text->local / sizeof text->local[0];
}

static void utf16_close(utf16 *text) {
    if (text->characters != text->local) free(text->characters);
}

static bool utf16_reserve(utf16 *text, int32_t capacity) {
    if (capacity <= text->capacity) return true;
    UChar *characters = malloc((size_t)capacity * sizeof(UChar));
    if (characters == NULL) return false;
    utf16_close(text);
    text->characters = characters;
    text->capacity = capacity;
    return true;
}

static bool normalize(const UNormalizer2 *normalizer, const utf16 *source, utf16 *target) {
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        target->length = unorm2_normalize(
            normalizer, source->characters, source->length, target->characters, target->capacity, &status);
        if (status != U_BUFFER_OVERFLOW_ERROR) return U_SUCCESS(status);
        if (!utf16_reserve(target, target->length)) return false;
    }
}

static bool fold_case(const utf16 *source, utf16 *target) {
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        target->length = u_strFoldCase(
            target->characters, target->capacity, source->characters, source->length, U_FOLD_CASE_DEFAULT, &status);
        if (status != U_BUFFER_OVERFLOW_ERROR) return U_SUCCESS(status);
        if (!utf16_reserve(target, target->length)) return false;
    }
}

// The marks of Latin, Greek and Cyrillic letters. Marks of other scripts are vowels and the like and must stay.
static bool is_accent(UChar c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
        (c >= 0x20D0 && c <= 0x20FF);
}

static void drop_accents(utf16 *text) {
    int32_t kept = 0;
    for (int32_t i = 0; i < text->length; i++) {
        if (!is_accent(text->characters[i])) text->characters[kept++] = text->characters[i];
    }
    text->length = kept;
}

// Leaves the result in `a`; `b` is working space.
static bool apply(uint32_t options, utf16 *a, utf16 *b) {
    const bool compatibility = options & CICU_FOLD_COMPATIBILITY;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *composed = unorm2_getNFCInstance(&status);
    if (options & CICU_STRIP_ACCENTS) {
        const UNormalizer2 *decomposed = compatibility ? unorm2_getNFKDInstance(&status) : unorm2_getNFDInstance(&status);
        if (U_FAILURE(status) || !normalize(decomposed, a, b)) return false;
        drop_accents(b);
        if (!normalize(composed, b, a)) return false;
    }
    if (compatibility) {
        composed = options & CICU_FOLD_CASE ? unorm2_getNFKCCasefoldInstance(&status) : unorm2_getNFKCInstance(&status);
    } else if (options & CICU_FOLD_CASE) {
        if (!fold_case(a, b)) return false;
        return U_SUCCESS(status) && normalize(composed, b, a);
    }
    if (U_FAILURE(status) || !normalize(composed, a, b)) return false;
    if (!utf16_reserve(a, b->length)) return false;
    u_memcpy(a->characters, b->characters, b->length);
    a->length = b->length;
    return true;
}

int64_t cicu_normalize(const char *utf8, int64_t length, uint32_t options, char *target, int64_t capacity) {
    if (length < 0 || length > INT32_MAX / 4 || capacity < 0) return -1;
    utf16 a, b;
    utf16_open(&a);
    utf16_open(&b);
    int64_t result = -1;
    UErrorCode status = U_ZERO_ERROR;
    // UTF-16 never takes more units than UTF-8 takes bytes.
    if (utf16_reserve(&a, (int32_t)length)) {
        u_strFromUTF8(a.characters, a.capacity, &a.length, utf8, (int32_t)length, &status);
        if (U_SUCCESS(status) && apply(options, &a, &b)) {
            int32_t needed = 0;
            const int32_t room = capacity > INT32_MAX ? INT32_MAX : (int32_t)capacity;
            u_strToUTF8(target, room, &needed, a.characters, a.length, &status);
            if (U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR) result = needed;
        }
    }
    utf16_close(&a);
    utf16_close(&b);
    return result;
}
